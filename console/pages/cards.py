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
