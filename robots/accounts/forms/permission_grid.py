"""Any permissions to tick, by what they are about."""

from collections.abc import Iterable
from dataclasses import dataclass

from django import forms

from console.permissions.vocabulary import (
    CONTROL_PERMISSIONS,
    DATA_PERMISSIONS,
    OFFERED,
    Permission,
    Permissions,
)

PART_NAMES = (("Data permissions", DATA_PERMISSIONS), ("Control permissions", CONTROL_PERMISSIONS))


@dataclass(frozen=True, slots=True)
class GridTick:
    """One permission of a grid: its verb stands there, its whole name is the value."""

    value: str
    verb: str
    label: str
    checked: bool
    disabled: bool


@dataclass(frozen=True, slots=True)
class GridRow:
    """The permissions about one kind of thing."""

    resource: str
    ticks: list[GridTick]


@dataclass(frozen=True, slots=True)
class GridPart:
    """Data or control permissions."""

    label: str
    rows: list[GridRow]


def grid(offered: Permissions, checked: Iterable[str], held: Permissions) -> list[GridPart]:
    """`offered` by resource; what is not `held` cannot be ticked."""
    chosen = {str(name) for name in checked}
    return [
        GridPart(label, _rows(offered & part, chosen, held))
        for label, part in PART_NAMES
        if offered & part
    ]


def _rows(offered: Permissions, chosen: set[str], held: Permissions) -> list[GridRow]:
    rows: dict[str, list[GridTick]] = {}
    for name in (name for name in Permission if name in offered):
        resource, verb = name.split(":")
        tick = GridTick(name.value, verb, name.label, name.value in chosen, name not in held)
        rows.setdefault(resource, []).append(tick)
    return [GridRow(resource, ticks) for resource, ticks in rows.items()]


def permissions_among(
    offered: Permissions = OFFERED, label: str = "Permissions"
) -> forms.TypedMultipleChoiceField:
    """Any of `offered` as check boxes; an empty choice is fine."""
    return forms.TypedMultipleChoiceField(
        label=label,
        required=False,
        choices=[(name.value, name.label) for name in Permission if name in offered],
        coerce=Permission,
        widget=forms.CheckboxSelectMultiple,
    )
