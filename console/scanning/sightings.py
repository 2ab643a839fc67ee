"""Where a leaked secret was seen, as a report says. Nobody has checked it, and nothing is fetched."""

from collections.abc import Collection
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from console import names
from console.audit.recording import Chain, EventTarget
from console.models import Event
from console.pasted import is_secret

MAX_WHERE, MAX_SOURCE = 500, 60
HOLDS_A_SECRET = "It holds a secret itself. Say where that was found, without it."  # noqa: S105 - words
LEFT_OUT = "(left out: it cannot be shown)"


@dataclass(frozen=True, slots=True)
class Sighting:
    """The place, a URL or words; `source` says of what kind it is, in a partner's words."""

    where: str = ""
    source: str = ""

    @property
    def recorded(self) -> dict[str, str]:
        """What the audit log keeps of it."""
        said = {"found_at": self.where, "source": self.source}
        return {name: text for name, text in said.items() if text}


def validate_where(text: str) -> None:
    """Refuse what cannot stand in a letter and in the audit log: several lines, secrets, too much."""
    if len(text) > MAX_WHERE:
        raise ValidationError(f"Use at most {MAX_WHERE} characters.", code="max_length")
    if text:
        names.validate_line(text)
    if is_secret(text):
        raise ValidationError(HOLDS_A_SECRET, code="secret")


def showable(text: str, most: int) -> str:
    """What can be shown of a partner's words: a token does not live on because its place reads oddly."""
    try:
        validate_where(text[:most])
    except ValidationError:
        return LEFT_OUT
    return text[:most]


def is_told(chain: Chain, target: EventTarget, actions: Collection[str], **about: object) -> bool:
    """Whether the audit log has one of the actions about the target, with these values. Under the lock."""
    return Event.objects.filter(
        chain=chain.head.chain,
        target_uuid=target.uuid,
        action__in=actions,
        **{f"after__{name}": value for name, value in about.items()},
    ).exists()
