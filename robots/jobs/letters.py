"""The e-mails about tokens that end. They never hold a secret."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from console.mail.letters import letter_from
from console.mail.outbox import Letter
from console.models import Organization
from robots.models import Token
from robots.queries.recipients import Why

LISTED = 50


@dataclass(frozen=True, slots=True)
class Ending:
    """A token, when it ends, and which notice of that is due: so many days before, none afterwards."""

    token: Token
    ends_at: datetime
    days: int


def ending_letter(
    to: str, organization: Organization | None, why: Why, endings: Sequence[Ending]
) -> Letter:
    """What ends or has ended when, and where to do something about it; without an organization, of one's
    own tokens."""
    ordered = sorted(endings, key=lambda ending: (ending.ends_at, ending.token.pk))
    return letter_from(
        "robots/jobs/ending_letter.txt" if ordered[0].days else "robots/jobs/ended_letter.txt",
        to,
        organization=organization,
        why=why.value,
        first=ordered[0],
        count=len(ordered),
        endings=ordered[:LISTED],
        more=len(ordered) - LISTED,
    )
