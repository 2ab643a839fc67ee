"""The organization as a file that `apply` finds nothing to change in; never a secret."""

from roster.manifest.kinds import GRANT, MEMBER, ORDER, TEAM, TEAM_ROBOT, Item
from roster.manifest.world import World
from roster.shapes import Fields, Json

# A value that is not worth a line: what a new thing has anyway.
DEFAULTS: tuple[Json, ...] = ("", None, False, {}, [])


def document(world: World, organization: str) -> Fields:
    """The file's content, each section sorted by name."""
    content: Fields = {"organization": organization}
    for kind in ORDER:
        items = sorted((one for one in world.items.values() if one.kind is kind), key=_name)
        if kind.section and items:
            content[kind.section] = [_entry(item, world) for item in items]
    return content


def _name(item: Item) -> str:
    return item.key


def _entry(item: Item, world: World) -> Fields:
    entry = {key: value for key, value in item.fields.items() if value not in DEFAULTS}
    if item.kind is GRANT:
        return _grant(entry)
    if item.kind is TEAM:
        return entry | _inside(item, world)
    return entry


def _grant(entry: Fields) -> Fields:
    role = str(entry.get("role") or "")
    rest = {key: value for key, value in entry.items() if key != "role"}
    if role.startswith("repository:"):
        return rest | {"level": role.removeprefix("repository:")}
    return rest | {"role": role.removeprefix("custom:")} if role else rest


def _inside(team: Item, world: World) -> Fields:
    members = [one for one in world.items.values() if _is_in(one, MEMBER.name, team)]
    robots = [one for one in world.items.values() if _is_in(one, TEAM_ROBOT.name, team)]
    inside: Fields = {}
    if members:
        inside["members"] = [
            {"email": one.fields["email"], "role": one.fields["role"]}
            for one in sorted(members, key=_name)
        ]
    if robots:
        inside["robots"] = sorted(one.fields["robot"] for one in robots)
    return inside


def _is_in(item: Item, kind: str, team: Item) -> bool:
    return item.kind.name == kind and item.fields["team"] == team.key
