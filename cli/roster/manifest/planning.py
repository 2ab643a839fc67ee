"""The steps from what is there to what a file wants: decided here, carried out elsewhere."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from roster.manifest.kinds import GRANT, ORDER, Item, gives, held_at, level_of
from roster.manifest.ordering import in_order
from roster.manifest.reading import Wanted
from roster.manifest.state import State
from roster.manifest.world import World
from roster.moments import parse
from roster.output import printable
from roster.shapes import Fields, Json

SIGNS = {"create": "+", "change": "~", "delete": "-"}
BY_HAND = "made by hand"
# A set of keys fills pages.
LONGEST_SHOWN = 600


@dataclass(frozen=True)
class Loss:
    """What goes with something that is deleted."""

    kind: str
    key: str
    words: str = ""
    by_hand: bool = False

    def __str__(self) -> str:
        words = (self.words, BY_HAND if self.by_hand else "")
        return printable(", ".join(filter(None, (f"{self.kind} {self.key}", *words))))


@dataclass(frozen=True)
class Step:
    """One change of one thing; `before` has the old values of what it changes."""

    act: str
    item: Item
    before: Fields = field(default_factory=dict)
    after: Fields = field(default_factory=dict)
    # What the thing is then, where a change makes it another one.
    becomes: Item | None = None
    # Whether it goes because the file has it no longer.
    is_prune: bool = False
    is_by_hand: bool = False
    # What goes with it and has no step of its own.
    along: tuple[Loss, ...] = ()

    @property
    def title(self) -> str:
        if self.becomes:
            return f"{self.item.kind.name} {held_at(self.item.fields)}"
        return str(self.item)

    def __str__(self) -> str:
        mark = f" ({BY_HAND})" if self.is_by_hand else ""
        return f"{SIGNS[self.act]} {printable(self.title)}{mark}{_differences(self)}"


def plan(wanted: Wanted, world: World, state: State) -> list[Step]:
    """What to do for what the file names, in an order in which it can be done."""
    plain = [kind for kind in ORDER if kind is not GRANT]
    steps = [step for kind in plain for step in _made(wanted, world, kind.name)]
    return in_order([*steps, *_granted(wanted, world, state)])


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


def _granted(wanted: Wanted, world: World, state: State) -> Iterator[Step]:
    """A holder that the file names at a place has there what the file says, and nothing beside it."""
    present = _by_place([*world.of(GRANT), *world.twins])
    for place, named in _by_place(wanted.of(GRANT)).items():
        there = present.get(place, [])
        ones = [one for one in named if not _is_over(one)]
        kept, said = {one.key for one in ones}, {one.key for one in there}
        missing = [one for one in ones if one.key not in said]
        level = max((level_of(one.fields) for one in ones if one.key in said), default=-1)
        # A level below one that stays gives nothing beside it.
        below = {one.key for one in there if 0 <= level_of(one.fields) < level}
        spare = [one for one in there if one.key not in kept | below]
        yield from _exchanged(missing, spare, state)
        yield from _ending_otherwise(ones, there)


def _given_then(old: Item, new: Item) -> tuple[Fields, Fields]:
    """What a grant gives before and after, with its end where the file says another one."""
    before, after, end = gives(old.fields), gives(new.fields), old.fields["expires_at"]
    if new.fields.get("expires_at", end) == end:
        return before, after
    return before | {"expires_at": end}, after | {"expires_at": new.fields["expires_at"]}


def _is_over(grant: Item) -> bool:
    """Whether the file gives it until a moment that has passed: it has ended by itself, then."""
    end = parse(grant.fields.get("expires_at"))
    return end is not None and end <= datetime.now(UTC)


def _ending_otherwise(ones: list[Item], there: list[Item]) -> Iterator[Step]:
    """What stays and of which the file says another end."""
    present = {one.key: one for one in there}
    for one in ones:
        if one.key in present and (after := _changes(one, present[one.key])):
            old = present[one.key]
            yield Step("change", old, {name: old.fields.get(name) for name in after}, after)


def _by_place(grants: list[Item]) -> dict[str, list[Item]]:
    places: dict[str, list[Item]] = {}
    for grant in grants:
        places.setdefault(held_at(grant.fields), []).append(grant)
    return places


def _exchanged(missing: list[Item], spare: list[Item], state: State) -> Iterator[Step]:
    """What ends goes first, so that nobody ever holds more than before or after."""
    pairs = []
    for new in list(missing):
        if not spare:
            break
        old = next(
            (one for one in spare if gives(one.fields).keys() == gives(new.fields).keys()), spare[0]
        )
        spare.remove(old)
        missing.remove(new)
        pairs.append((old, new))
    for old in spare:
        yield Step("delete", old, is_by_hand=state.is_by_hand(old))
    for old, new in pairs:
        before, after, by_hand = *_given_then(old, new), state.is_by_hand(old)
        yield Step("change", old, before, after, becomes=new, is_by_hand=by_hand)
    for new in missing:
        yield Step("create", new, after=new.fields)


def summary(steps: list[Step]) -> str:
    """`2 to create, 1 to delete with 3 things more.`"""
    counts = {act: sum(step.act == act for step in steps) for act in SIGNS}
    words = ", ".join(f"{count} to {act}" for act, count in counts.items() if count)
    along = sum(len(step.along) for step in steps)
    return f"{words} with {along} thing{'' if along == 1 else 's'} more." if along else f"{words}."


def as_data(steps: list[Step]) -> list[Fields]:
    """The plan for programs."""
    return [
        {
            "action": step.act,
            "kind": step.item.kind.name,
            "name": step.item.key,
            "before": step.item.kind.shown(step.before),
            "after": step.item.kind.shown(step.after),
            "made_by_hand": step.is_by_hand,
            "along": [
                {"kind": one.kind, "name": one.key, "made_by_hand": one.by_hand, "state": one.words}
                for one in step.along
            ],
        }
        for step in steps
    ]


def _differences(step: Step) -> str:
    if step.act != "change":
        return ""
    shown = step.item.kind.shown
    changes = zip(shown(step.before).items(), shown(step.after).items(), strict=True)
    return ": " + ", ".join(_difference(*old, *new) for old, new in changes)


def _difference(old_name: str, old: Json, name: str, new: Json) -> str:
    other = "" if name == old_name else f"{name} "
    # What is hidden of both is what differs.
    same = " (changed)" if (old_name, old) == (name, new) else ""
    return f"{old_name} {_shown(old)} → {other}{_shown(new)}{same}"


def _shown(value: Json) -> str:
    shown = printable(json.dumps(value, ensure_ascii=False))
    return shown if len(shown) <= LONGEST_SHOWN else f"{shown[:LONGEST_SHOWN]}…"
