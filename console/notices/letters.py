"""The e-mail about a notice that needs no words of its own. It never holds a secret."""

from collections.abc import Sequence

from console.mail import outbox
from console.mail.letters import letter_from
from console.models import Organization
from console.notices.kinds import Kind
from console.notices.telling import News, tell_each

LISTED = 50


def tell_by_letter(kind: Kind, organization: Organization | None, *news: News) -> None:
    """Tell of it, and put a letter out to everybody who wants one of this kind."""
    for person, own in tell_each(kind, organization, news).items():
        outbox.put(_letter(person.email, kind, organization, own))


def _letter(
    to: str, kind: Kind, organization: Organization | None, news: Sequence[News]
) -> outbox.Letter:
    return letter_from(
        "console/notices/letter.txt",
        to,
        organization=organization,
        first=news[0],
        count=len(news),
        news=news[:LISTED],
        more=len(news) - LISTED,
        label=kind.label,
        advice=kind.advice,
    )
