"""The organization as a file that `apply` finds nothing to change in; never a secret."""

from collections.abc import Callable

from roster.manifest.kinds import (
    GRANT,
    MEMBER,
    ORDER,
    REPOSITORY,
    ROBOT,
    SERVICE,
    TEAM,
    TEAM_ROBOT,
    TRUST,
    Item,
    gives,
    held_at,
    level_of,
)
from roster.manifest.world import World
from roster.shapes import ENFORCE, OTHER, REGISTRY, Fields, Json

GIVEN = ("role", "permissions")
# A value that is not worth a line: what a new thing has anyway.
DEFAULTS: tuple[Json, ...] = ("", None, False, {}, [], ENFORCE)
NEW_SERVICE: Fields = {
    "kind": REGISTRY,
    **dict.fromkeys(("proxy", "host", "audience", "description"), ""),
    "personal_tokens": "none",
    "x5c": True,
    "exempt_from_addresses": False,
}

NEW_TRUST: Fields = {"preset": OTHER, "keys": "", "disabled": False}


def document(world: World, organization: str) -> Fields:
    """The file's content, each section sorted by name."""
    content: Fields = {"organization": organization}
    included = _included(world.of(GRANT))
    for kind in ORDER:
        items = sorted((one for one in world.of(kind) if one.key not in included), key=_name)
        if kind.section and items:
            content[kind.section] = [_entry(item, world) for item in items]
    return content


def _included(grants: list[Item]) -> set[str]:
    """Levels beside a greater one of the same holder there: of two a file would be refused."""
    greatest: dict[str, int] = {}
    for grant in grants:
        place = held_at(grant.fields)
        greatest[place] = max(greatest.get(place, -1), level_of(grant.fields))
    return {
        grant.key
        for grant in grants
        if 0 <= level_of(grant.fields) < greatest[held_at(grant.fields)]
    }


def _name(item: Item) -> str:
    return item.key


def _entry(item: Item, world: World) -> Fields:
    if item.kind is SERVICE:
        return {key: value for key, value in item.fields.items() if value != NEW_SERVICE.get(key)}
    entry = {key: value for key, value in item.fields.items() if value not in DEFAULTS}
    if item.kind is GRANT:
        return {key: value for key, value in entry.items() if key not in GIVEN} | gives(entry)
    if item.kind is REPOSITORY:
        # A new one follows its project unless that is said.
        return entry | {"public": item.fields["public"]}
    return entry | INSIDE[item.kind.name](item, world) if item.kind.name in INSIDE else entry


def _inside_team(team: Item, world: World) -> Fields:
    members = [one for one in world.of(MEMBER) if one.fields["team"] == team.key]
    robots = [one for one in world.of(TEAM_ROBOT) if one.fields["team"] == team.key]
    inside: Fields = {}
    if members:
        inside["members"] = [
            {"email": one.fields["email"], "role": one.fields["role"]}
            for one in sorted(members, key=_name)
        ]
    if robots:
        inside["robots"] = sorted(one.fields["robot"] for one in robots)
    return inside


def _inside_robot(robot: Item, world: World) -> Fields:
    trusts = [one for one in world.of(TRUST) if one.fields["robot"] == robot.key]
    found = [_trust(one, robot) for one in sorted(trusts, key=_name)]
    return {"trusts": found} if found else {}


def _trust(trust: Item, robot: Item) -> Fields:
    """Without what a new one has anyway, and its robot's own audience, which names the robot."""
    usual = NEW_TRUST | {"robot": robot.key}
    entry = {key: value for key, value in trust.fields.items() if value != usual.get(key)}
    if entry["audience"].endswith(f"/robots/{robot.id}"):
        del entry["audience"]
    return entry


INSIDE: dict[str, Callable[[Item, World], Fields]] = {
    TEAM.name: _inside_team,
    ROBOT.name: _inside_robot,
}
