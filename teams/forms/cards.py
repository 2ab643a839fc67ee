"""One of a few, each with a sentence, for `<c-choice-cards>`."""

from collections.abc import Iterable
from dataclasses import dataclass

Choices = tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Card:
    """One choice."""

    value: str
    label: str
    description: str
    checked: bool
    disabled: bool = False


def cards(choices: Iterable[tuple[str, str, str]], chosen: object) -> list[Card]:
    """`choices` (value, label, sentence) with the chosen one marked."""
    return [Card(value, label, text, value == chosen) for value, label, text in choices]


def pairs(choices: Choices) -> list[tuple[str, str]]:
    """`choices` as a form field takes them."""
    return [(value, label) for value, label, _ in choices]


ORGANIZATION_ROLES: Choices = (
    ("member", "Member", "Sees the organization and its people, and what grants and teams open."),
    ("owner", "Owner", "May do everything in the organization, also to other owners."),
)
TEAM_ROLES: Choices = (
    ("member", "Member", "Holds what the team holds."),
    ("owner", "Owner", "Holds what the team holds, and manages its people and robot accounts."),
)
VISIBILITIES: Choices = (
    ("visible", "Visible", "Everybody in the organization sees that it exists and who is in it."),
    ("secret", "Secret", "Only its members and owners of the organization see it."),
)
LEVELS: Choices = (
    ("view", "View", "See it in Roster; no pull."),
    ("read", "Read", "Pull."),
    ("write", "Write", "Push, tags, charts, labels, scans."),
    ("admin", "Admin", "Also delete artifacts and the repository, and manage its grants."),
)
