"""The e-mails about robots and tokens, as text. They never hold a secret."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from console import moments
from console.mail.outbox import Letter
from console.models import Organization
from robots.models import Handover, Token

LISTED = 50


@dataclass(frozen=True, slots=True)
class Ending:
    """A token, when it ends, and which notice of that is due: so many days before."""

    token: Token
    ends_at: datetime
    days: int


def ending_letter(
    to: str, organization: Organization | None, why: str, endings: Sequence[Ending]
) -> Letter:
    """What ends when, and where to do something about it; without an organization, of one's own tokens."""
    ordered = sorted(endings, key=lambda ending: (ending.ends_at, ending.token.pk))
    first = ordered[0]
    soon = moments.relative(first.ends_at, timezone.now())
    if len(ordered) == 1:
        robot = first.token.robot
        subject = (
            f"{f'A token of {robot.name}' if robot else 'Your personal access token'} ends {soon}"
        )
    else:
        whose = (
            f"tokens of {organization.name}" if organization else "of your personal access tokens"
        )
        subject = f"{len(ordered):,} {whose} end, the first {soon}"
    return Letter(to=to, subject=subject, body=_body(ordered, why))


def _body(endings: Sequence[Ending], why: str) -> str:
    is_one = len(endings) == 1
    it, stops, them = ("it", "it", "it") if is_one else ("one of them", "it", "them")
    listed = "\n".join(map(_lines, endings[:LISTED]))
    more = f"and {len(endings) - LISTED:,} more\n\n" if len(endings) > LISTED else ""
    return (
        f"Whatever logs in with {it} stops when {stops} ends:\n\n{listed}\n{more}"
        "To go on, rotate it or choose another end on its page. If it is not needed any more, do "
        "nothing, or delete it.\n\n"
        f"You get this because {why.format(them=them, they='it is' if is_one else 'they are')}.\n"
    )


def _lines(ending: Ending) -> str:
    link = f"{settings.ROSTER_ORIGIN}{ending.token.get_absolute_url()}"
    return f"{ending.token}\nends {moments.absolute(ending.ends_at)}\n{link}\n"


def opened_twice_letter(handover: Handover, to: str, address: str) -> Letter:
    """The alarm about a link that was opened again after it had given its secret away."""
    token = handover.token
    name = token.of_robot.organization.name
    page = f"{settings.ROSTER_ORIGIN}{token.get_absolute_url()}"
    opened = moments.absolute(handover.opened_at) if handover.opened_at else ""
    return Letter(
        to=to,
        subject=f"A one-time link of {name} was opened twice",
        body=(
            f"{handover.maker.email} made a one-time link for a secret of the token {token}.\n\n"
            f"It was opened on {opened} from {handover.opened_address or 'an unknown address'}, and "
            f"again just now from {address or 'an unknown address'}. The second opening got no secret.\n\n"
            "If you cannot say that it was the same person both times, somebody else may have the "
            f"secret. Refresh it then:\n\n{page}\n"
        ),
    )
