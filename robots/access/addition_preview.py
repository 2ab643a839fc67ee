"""What is held where something is being given, before and after, for the page that asks before it happens."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from console.permissions.decision import Held, Limits, Target, allows
from console.permissions.snapshots import AccessSnapshot
from console.permissions.vocabulary import Permission, with_implied
from robots.queries.abilities import Ability, Extent
from robots.queries.explain import Holding, Holdings
from teams.grants.services import GrantSpec
from teams.models import AccessGrant
from teams.models.grants import GrantHolder

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Row:
    """A holder at a place, once what is being given is saved."""

    name: str
    abilities: list[Ability]
    # Whether all of it is held already.
    is_held: bool


@dataclass(frozen=True, slots=True)
class AdditionPreview:
    """All that would be given, the first places or holders that it would be given to, and how many others."""

    permissions: list[Permission]
    rows: list[Row]
    more: int


NOTHING = AdditionPreview([], [], 0)


def preview_of_places(
    viewer: AccessSnapshot, holder: GrantHolder, specs: list[GrantSpec], hidden: set[int]
) -> AdditionPreview:
    """One holder at several places. What it holds is told where the viewer may read grants."""
    if not specs:
        return NOTHING
    held = holder.explained_grants(specs[0].organization.target, hidden)
    holdings = Holdings(held)
    rows = []
    for spec in specs[:SHOWN]:
        grant = spec.grant_of(holder)
        target = spec.place.target
        known = allows(viewer, Permission.GRANT_READ, spec.place)
        present = holdings.covering(target) if known else ()
        rows.append(_row(str(spec.place), target, present, holder.limits, grant))
    return _preview(rows, specs, holder)


def preview_of_holders(
    holders: list[GrantHolder], spec: GrantSpec, held: Mapping[UUID, list[Held]]
) -> AdditionPreview:
    """Several holders at one place; `held` is what they hold there, as far as the viewer may know."""
    rows = [
        _row(
            holder.shown_name,
            spec.place.target,
            held.get(holder.uuid, ()),
            holder.limits,
            spec.grant_of(holder),
        )
        for holder in holders[:SHOWN]
    ]
    return _preview(rows, [spec] * len(holders), holders[0])


def _preview(rows: list[Row], specs: list[GrantSpec], holder: GrantHolder) -> AdditionPreview:
    grant = specs[0].grant_of(holder)
    return AdditionPreview(_in_order(grant), rows, len(specs) - len(rows))


def _in_order(grant: AccessGrant) -> list[Permission]:
    given = with_implied(grant.conferred[0])
    return [name for name in Permission if name in given]


def _row(
    name: str, target: Target, held: Iterable[Held], limits: Limits, grant: AccessGrant
) -> Row:
    before = Holding(target, tuple(held), limits)
    after = Holding(target, (*before.held, grant.held()), limits)
    pairs = zip(before.abilities, after.abilities, strict=True)
    abilities = [
        Ability(now.name, Extent.NEW) if then.extent == Extent.ALL != now.extent else now
        for now, then in pairs
    ]
    return Row(name, abilities, set(after.permissions) == set(before.permissions))
