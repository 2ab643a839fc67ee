"""What goes because a file has it no longer, all that goes with it, and when that is refused."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC

from roster.errors import Refused
from roster.manifest.kinds import ORDER, PROJECT, REPOSITORY, ROBOT, ROLE, SERVICE, TEAM, Item
from roster.manifest.needs import Dependents, Name, needs
from roster.manifest.planning import Loss, Step
from roster.manifest.reading import Wanted
from roster.manifest.state import State
from roster.manifest.world import Account, World
from roster.moments import parse
from roster.session import Session
from roster.shapes import Row

# What an organization consists of; grants and places in teams are between them.
THINGS = (PROJECT, REPOSITORY, ROLE, TEAM, ROBOT, SERVICE)
# Fewer than so many are no large part of anything.
FEW = 3


def gone(wanted: Wanted, world: World, state: State, planned: list[Step]) -> list[Step]:
    """What was made by an earlier file, is still the same thing, and is no longer wanted.

    A grant that becomes another one, or ends, has its step among those that are `planned`.
    """
    kept = {*wanted.items, *(step.item.name for step in planned)}
    order = {kind.name: place for place, kind in enumerate(ORDER)}
    items = [item for item in world.items.values() if item.name not in kept]
    steps = [Step("delete", item, is_prune=True) for item in items if state.has(item)]
    return sorted(steps, key=lambda step: -order[step.item.kind.name])


def blame_needed(wanted: Wanted, world: World, steps: list[Step]) -> None:
    """Note what the file says of things that would go with others which it has no longer."""
    ends = {step.item.name: step.item for step in steps}
    lost = Dependents(world.items.values()).of(*ends)
    for item in wanted.items.values():
        for name in (need.name for need in needs(item)):
            if name in ends or (name in lost and name not in wanted.items):
                kind, key = name
                text = f"{item} needs {kind} {key}, which the file made and has no longer"
                wanted.blame(item.place, f"{text}; keep it there, or take this out as well")


def with_losses(session: Session, steps: list[Step], world: World, state: State) -> list[Step]:
    """The steps, each with what goes with it and has no step of its own, tokens included."""
    return _Losses(session, steps, world, state).told()


class _Losses:
    def __init__(self, session: Session, steps: list[Step], world: World, state: State) -> None:
        self.session, self.steps, self.world, self.state = session, steps, world, state
        self.dependents = Dependents(world.items.values())
        self.told_of: set[Name] = {step.item.name for step in steps if step.act == "delete"}

    def told(self) -> list[Step]:
        return [
            replace(step, along=tuple(self._along(step.item))) if step.act == "delete" else step
            for step in self.steps
        ]

    def _along(self, item: Item) -> Iterator[Loss]:
        yield from self._tokens(item)
        for other in self.dependents.of(item.name).values():
            if other.name not in self.told_of:
                self.told_of.add(other.name)
                yield Loss(other.kind.name, other.key, by_hand=self.state.is_by_hand(other))
                yield from self._tokens(other)

    def _tokens(self, item: Item) -> Iterator[Loss]:
        """The tokens of a robot, or those that were made directly for a role."""
        if item.kind is ROBOT:
            yield from self._tokens_at(item.address, f"of robot {item.key}")
        for account in self.world.accounts:
            if _is_ended_with(account, item) and ("account", account.address) not in self.told_of:
                self.told_of.add(("account", account.address))
                yield from self._tokens_at(account.address, f"of role {account.role}")

    def _tokens_at(self, address: str, whose: str) -> Iterator[Loss]:
        try:
            rows = self.session.client.rows(f"{address}tokens/")
        except Refused as refused:
            if refused.status not in {403, 404}:
                raise
            yield Loss("tokens", whose, "which you may not see")
            return
        for row in rows:
            yield Loss("token", f"{row['name']} {whose}", f"{row['state']}, {_last_used(row)}")


def _is_ended_with(account: Account, item: Item) -> bool:
    if item.kind is PROJECT:
        return account.project == item.key
    same_level = item.fields.get("project") == account.project
    return item.kind is ROLE and same_level and item.fields["name"] == account.role


def _last_used(row: Row) -> str:
    used = parse(row.get("last_used_at"))
    return f"last used {used.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC" if used else "never used"


def made_by_hand(steps: list[Step]) -> list[Loss]:
    """What somebody else made and would go with something of the file's."""
    return [loss for step in steps for loss in step.along if loss.by_hand]


def share(steps: list[Step], world: World) -> tuple[int, int]:
    """How many things would go, of how many."""
    names = [step.item.name for step in steps if step.act == "delete"]
    ends = {*names, *Dependents(world.items.values()).of(*names)}
    kinds = {kind.name for kind in THINGS}
    total = sum(kind in kinds for kind, _ in world.items)
    return sum(kind in kinds for kind, _ in ends), total


def is_most(count: int, total: int) -> bool:
    """Whether so much goes that a yes is not enough."""
    return count >= FEW and count * 2 > total
