"""What of a report can be seen afterwards: who is let in, what the audit log says, who was told."""

from django.core import mail

from console.mail.outbox import send_due
from console.models import Event
from tests.front import ask, basic

ENDS = ("token:leaked", "secret:leaked", "access-token:leaked", "service:secret-leaked")


def is_let_in(username: str, secret: str) -> bool:
    """What the registry's token service says of a login."""
    answer = ask("/service/token?service=registry", authorization=basic(username, secret))
    assert answer.status in {200, 401}
    return answer.status == 200


def leaks() -> list[Event]:
    """What the audit log has of reports."""
    return list(Event.objects.filter(action__in=ENDS).order_by("id"))


def letters() -> dict[str, str]:
    """Those about leaks that are sent now: text by recipient, each told once."""
    mail.outbox.clear()
    send_due()
    found = [each for each in mail.outbox if each.subject.endswith("leaked")]
    assert len({each.to[0] for each in found}) == len(found)
    return {each.to[0]: f"{each.subject}\n\n{each.body}" for each in found}
