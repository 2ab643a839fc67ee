"""The e-mail about secrets that leaked. It never holds one."""

from collections.abc import Sequence
from dataclasses import dataclass

from console.audit.recording import EventActor
from console.http import current
from console.mail.letters import letter_from
from console.mail.outbox import Letter
from console.models import Organization
from console.notices.telling import News
from console.scanning.sightings import Sighting

LISTED = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak(News):
    """What nobody had reported before: what it is, whether it had worked, and where it was seen."""

    name: str
    worked: bool
    sighting: Sighting


def leaked_letter(
    to: str, actor: EventActor, organization: Organization | None, news: Sequence[Leak]
) -> Letter:
    """What was found where, what became of it, and what is left to do."""
    return letter_from(
        "robots/verifiers/leaked_letter.txt",
        to,
        actor=actor.actor_label,
        address=current.get().address,
        organization=organization,
        first=news[0],
        count=len(news),
        news=news[:LISTED],
        more=len(news) - LISTED,
    )
