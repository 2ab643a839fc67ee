"""What is there: the organization's things as the API lists them, in the file's own words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from roster.manifest.kinds import (
    GRANT,
    MEMBER,
    PROJECT,
    REPOSITORY,
    ROBOT,
    ROLE,
    TEAM,
    TEAM_ROBOT,
    Item,
    Kind,
    below,
)
from roster.session import Session
from roster.shapes import Fields, Row

# Robots of this name hold the tokens of roles; they come and go with those.
ROLE_ACCOUNT = "role."


@dataclass
class World:
    """Things by kind and key, and the names behind the ids that grants speak of."""

    items: dict[tuple[str, str], Item] = field(default_factory=dict)
    names: dict[tuple[str, str], str] = field(default_factory=dict)

    def add(self, item: Item) -> None:
        self.items[item.kind.name, item.key] = item
        self.names[item.kind.name, item.id] = item.key

    def add_all(self, items: Iterable[Item]) -> None:
        for item in items:
            self.add(item)

    def find(self, kind: str, key: str) -> Item | None:
        return self.items.get((kind, key))


def read(session: Session, teams: Iterable[str] | None = None) -> World:
    """The organization; members only of the teams that are named, or of all."""
    world = World()
    for reader in (_projects, _repositories, _roles, _teams, _robots):
        world.add_all(reader(session))
    for row in session.client.rows(session.of("members")):
        world.names["user", str(row["id"])] = str(row["email"]).lower()
    wanted = None if teams is None else set(teams)
    for item in [one for one in world.items.values() if one.kind is TEAM]:
        if wanted is None or item.key in wanted:
            world.add_all(_members(session, item))
    world.add_all(_grants(session, world))
    return world


def _kept(kind: Kind, row: Row) -> Fields:
    """The fields that a file can say, as the file's own reader gives them."""
    return {name: read(row[name]) for name, read in kind.fields.items() if name in row}


def _projects(session: Session) -> Iterator[Item]:
    for row in session.client.rows(session.of("projects")):
        # A project's slug may be used again, so its birth belongs to what it is.
        yield Item(
            PROJECT,
            _kept(PROJECT, row),
            session.of("projects", row["slug"]),
            f"{row['slug']}@{row['created_at']}",
        )


def _repositories(session: Session) -> Iterator[Item]:
    for row in session.client.rows(session.of("repositories")):
        fields = _kept(REPOSITORY, row | {"path": below(row["project"], row["name"])})
        yield Item(REPOSITORY, fields, session.of("repositories", row["id"]), str(row["id"]))


def _roles(session: Session) -> Iterator[Item]:
    for row in session.client.rows(session.of("roles"), built_in="false"):
        yield Item(ROLE, _kept(ROLE, row), session.of("roles", row["id"]), str(row["id"]))


def _teams(session: Session) -> Iterator[Item]:
    for row in session.client.rows(session.of("teams")):
        yield Item(TEAM, _kept(TEAM, row), session.of("teams", row["id"]), str(row["id"]))


def _robots(session: Session) -> Iterator[Item]:
    for row in session.client.rows(session.of("robots")):
        if row["name"].startswith(ROLE_ACCOUNT):
            continue
        fields = _kept(ROBOT, row | {"disabled": row["state"] == "disabled"})
        robot = Item(ROBOT, fields, session.of("robots", row["id"]), str(row["id"]))
        yield robot
        for team in row["teams"]:
            yield Item(TEAM_ROBOT, {"team": team, "robot": robot.key}, id=f"{team}/{robot.id}")


def _members(session: Session, team: Item) -> Iterator[Item]:
    for row in session.client.rows(f"{team.address}members/"):
        fields = {"team": team.key, "email": str(row["email"]).lower(), "role": row["role"]}
        yield Item(MEMBER, fields, f"{team.address}members/{row['id']}/", f"{team.id}/{row['id']}")


def _grants(session: Session, world: World) -> Iterator[Item]:
    for row in session.client.rows(session.of("grants")):
        holder = row["holder"]
        name = world.names.get((holder["kind"], str(holder["id"])))
        what = _what(row, world)
        if name and what:
            fields = {holder["kind"]: name, **_scope(row["scope"]), **what}
            yield Item(GRANT, fields, session.of("grants", row["id"]), str(row["id"]))


def _what(row: Row, world: World) -> Fields | None:
    """A grant's role or permissions; None for a role that one may not see."""
    role = row["role"]
    if not role:
        return {"permissions": sorted(row["permissions"])}
    if not role.startswith("custom:"):
        return {"role": role}
    name = world.names.get(("role", role.removeprefix("custom:")))
    return {"role": f"custom:{name}"} if name else None


def _scope(scope: Row) -> Fields:
    if scope["repository"]:
        return {"repository": below(scope["project"], scope["repository"]["name"])}
    return {"project": scope["project"]} if scope["project"] else {}
