"""The steps from what is there to what a file wants: decided here, carried out elsewhere."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from roster.manifest.kinds import ORDER, Item
from roster.manifest.reading import Wanted
from roster.manifest.state import State
from roster.manifest.world import World
from roster.output import printable
from roster.shapes import Fields, Json

SIGNS = {"create": "+", "change": "~", "delete": "-"}


@dataclass(frozen=True)
class Step:
    """One change of one thing; `before` has the old values of what it changes."""

    act: str
    item: Item
    before: Fields = field(default_factory=dict)
    after: Fields = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{SIGNS[self.act]} {printable(str(self.item))}{_differences(self)}"


def plan(wanted: Wanted, world: World, state: State, *, prune: bool) -> list[Step]:
    """What to do, in an order in which it can be done."""
    steps = [step for kind in ORDER for step in _made(wanted, world, kind.name)]
    if prune:
        gone = list(_gone(wanted, world, state))
        order = {kind.name: place for place, kind in enumerate(ORDER)}
        steps += sorted(gone, key=lambda step: -order[step.item.kind.name])
    return steps


def _made(wanted: Wanted, world: World, kind: str) -> Iterator[Step]:
    for (name, key), item in wanted.items.items():
        if name != kind:
            continue
        there = world.find(name, key)
        if there is None:
            yield Step("create", item, after=item.fields)
        elif after := _changes(item, there):
            yield Step("change", there, {name: there.fields.get(name) for name in after}, after)


def _changes(item: Item, there: Item) -> Fields:
    """The fields that the file names and that are different."""
    return {
        name: item.fields[name]
        for name in item.kind.changeable()
        if name in item.fields and item.fields[name] != there.fields.get(name)
    }


def _gone(wanted: Wanted, world: World, state: State) -> Iterator[Step]:
    """What was made by an earlier file, is still the same thing, and is no longer wanted."""
    for entry in state.created:
        kind_and_key = (entry.kind, entry.key)
        there = world.items.get(kind_and_key)
        if kind_and_key not in wanted.items and there and there.id == entry.id:
            yield Step("delete", there)


def summary(steps: list[Step]) -> str:
    """`2 to create, 1 to change.`"""
    counts = {act: sum(step.act == act for step in steps) for act in SIGNS}
    return ", ".join(f"{count} to {act}" for act, count in counts.items() if count) + "."


def as_data(steps: list[Step]) -> list[Fields]:
    """The plan for programs."""
    return [
        {
            "action": step.act,
            "kind": step.item.kind.name,
            "name": step.item.key,
            "before": step.before,
            "after": step.after,
        }
        for step in steps
    ]


def _differences(step: Step) -> str:
    if step.act != "change":
        return ""
    changes = (
        f"{name} {_shown(step.before[name])} → {_shown(new)}" for name, new in step.after.items()
    )
    return ": " + ", ".join(changes)


def _shown(value: Json) -> str:
    return printable(json.dumps(value, ensure_ascii=False))
