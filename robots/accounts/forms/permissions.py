"""Permissions to tick."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django import forms

from console.permissions.decision import Decision, Targeted, Viewer, explain
from console.permissions.vocabulary import TICKABLE, Permission, Permissions


@dataclass(frozen=True, slots=True)
class Tick:
    """One line of a permission list."""

    value: str
    label: str
    enforced_by: str
    checked: bool
    disabled: bool = False
    note: str = ""


def permissions_field(
    label: str, offered: Sequence[Permission] = TICKABLE
) -> forms.TypedMultipleChoiceField:
    """The ten data permissions as check boxes, unless others are offered; an empty choice is fine."""
    return forms.TypedMultipleChoiceField(
        label=label,
        required=False,
        choices=[(name.value, name.label) for name in offered],
        coerce=Permission,
        widget=forms.CheckboxSelectMultiple,
    )


def ticks(
    checked: Iterable[str],
    holds: dict[Permission, Decision] | None = None,
    ask: str = "",
    offered: Sequence[Permission] = TICKABLE,
    *,
    missing: str = "You do not hold this.",
) -> list[Tick]:
    """The list for a page: what is not held cannot be ticked and says who can grant it."""
    chosen = {str(name) for name in checked}
    return [
        Tick(
            value=name.value,
            label=name.label,
            enforced_by=_who_asks(name),
            checked=name.value in chosen and may_tick(name, holds),
            disabled=not may_tick(name, holds),
            note="" if may_tick(name, holds) else f"{missing} {ask}".strip(),
        )
        for name in offered
    ]


def _who_asks(name: Permission) -> str:
    if not name.enforced_by:
        return "Nothing asks about it yet"
    return f"Enforced by {name.enforced_by}"


def holds_on(thing: Targeted, actor: Viewer) -> dict[Permission, Decision]:
    """Whether the actor holds there what can be ticked."""
    return {name: explain(actor, name, thing) for name in TICKABLE}


def may_tick(name: Permission, holds: dict[Permission, Decision] | None) -> bool:
    """Whether the actor holds `name` and may therefore give it."""
    return holds is None or bool(holds[name])


def held_of(holds: dict[Permission, Decision]) -> Permissions:
    """The permissions that may be ticked."""
    return frozenset(name for name in TICKABLE if holds[name])
