"""What is there: the organization's things as the API lists them, in the file's own words."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from roster.errors import Refused
from roster.manifest.kinds import (
    CUSTOM,
    GRANT,
    MEMBER,
    PROJECT,
    REPOSITORY,
    ROBOT,
    ROLE,
    SERVICE,
    TEAM,
    TEAM_ROBOT,
    TRUST,
    WEBHOOK,
    Item,
    Kind,
    below,
)
from roster.manifest.needs import PERSON
from roster.manifest.values import Reader, Wrong, moment, permissions
from roster.session import Session
from roster.shapes import Fields, Json, Row

# Robots of this name hold the tokens of roles; they come and go with those.
ROLE_ACCOUNT = "role."
FORBIDDEN = 403


@dataclass(frozen=True)
class Account:
    """Who holds the tokens that were made directly for a role."""

    project: str | None
    role: str
    id: str
    address: str


@dataclass
class World:
    """Things by kind and key, and the names behind the ids that grants speak of."""

    items: dict[tuple[str, str], Item] = field(default_factory=dict)
    names: dict[tuple[str, str], str] = field(default_factory=dict)
    # Grants that give what another one gives, such as push alone beside push and pull.
    twins: list[Item] = field(default_factory=list)
    # The members' ids by their addresses.
    people: dict[str, str] = field(default_factory=dict)
    # What the built-in roles give, by what grants call them (`project:admin`).
    built_in: dict[str, list[str]] = field(default_factory=dict)
    accounts: list[Account] = field(default_factory=list)
    # How many grants there are of teams or roles that one may not see.
    hidden: int = 0
    # Kinds of which one may see nothing.
    unseen: list[Kind] = field(default_factory=list)

    def add(self, item: Item) -> None:
        if self.items.setdefault(item.name, item).id != item.id:
            self.twins.append(item)
        self.names[item.kind.name, item.id] = item.key

    def replace(self, old: Item, new: Item) -> None:
        del self.items[old.name]
        self.add(new)

    def add_all(self, items: Iterable[Item]) -> None:
        for item in items:
            self.add(item)

    def find(self, kind: str, key: str) -> Item | None:
        return self.items.get((kind, key))

    def of(self, kind: Kind) -> list[Item]:
        return [item for item in self.items.values() if item.kind is kind]


# What not everybody may see who may change other things.
RESERVED = (SERVICE, TRUST, WEBHOOK)


def read(
    session: Session, teams: Iterable[str] | None = None, *, without: Collection[Kind] = ()
) -> World:
    """The organization; members only of the teams that are named, or of all.

    `without` are kinds of `RESERVED` that are left out.
    """
    world = World()
    for reader in (_projects, _repositories, _teams):
        world.add_all(reader(session))
    _read_settings(session, world, without)
    _read_roles(session, world)
    _read_robots(session, world)
    if TRUST not in without:
        world.add_all(_trusts(session, world))
    _read_people(session, world)
    wanted = None if teams is None else set(teams)
    for item in world.of(TEAM):
        if wanted is None or item.key in wanted:
            world.add_all(_members(session, item))
    world.add_all(grants(session, world))
    return world


def _read_settings(session: Session, world: World, without: Collection[Kind]) -> None:
    if SERVICE not in without:
        world.add_all(_services(session))
    if WEBHOOK not in without:
        _read_webhooks(session, world)


def _read_people(session: Session, world: World) -> None:
    for row in session.client.rows(session.of("members")):
        address = str(row["email"]).lower()
        world.names[PERSON, str(row["id"])] = address
        world.people[address] = str(row["id"])


def _kept(kind: Kind, row: Row) -> Fields:
    """The fields that a file can say, as the file's own reader gives them."""
    words = {name: kind.in_api.get(name, name) for name in kind.fields}
    return {
        name: _value(kind.fields[name], row[word]) for name, word in words.items() if word in row
    }


def _value(read: Reader, value: Json) -> Json:
    """What the server has is so, also where a file may no longer say it."""
    try:
        return read(value)
    except Wrong:
        return value


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


def _teams(session: Session) -> Iterator[Item]:
    for row in session.client.rows(session.of("teams")):
        yield Item(TEAM, _kept(TEAM, row), session.of("teams", row["id"]), str(row["id"]))


def _services(session: Session) -> Iterator[Item]:
    for row in session.client.rows(session.of("services")):
        # The list has the site's as well, which may be called the same.
        if row["organization"]:
            address = session.of("services", row["id"])
            yield Item(SERVICE, _kept(SERVICE, row), address, str(row["id"]))


def _read_webhooks(session: Session, world: World) -> None:
    """They take `organization:update`, which an export does without: whoever lacks it sees none."""
    try:
        rows = list(session.client.rows(session.of("webhooks")))
    except Refused as refused:
        if refused.status != FORBIDDEN:
            raise
        world.unseen.append(WEBHOOK)
        return
    for row in rows:
        fields = _kept(WEBHOOK, row | {"active": not row["active"]})
        world.add(Item(WEBHOOK, fields, session.of("webhooks", row["id"]), str(row["id"])))


def _read_roles(session: Session, world: World) -> None:
    for row in session.client.rows(session.of("roles")):
        if row["built_in"]:
            world.built_in[row["key"]] = row["permissions"]
        else:
            address = session.of("roles", row["id"])
            world.add(Item(ROLE, _kept(ROLE, row), address, str(row["id"])))


def _read_robots(session: Session, world: World) -> None:
    for row in session.client.rows(session.of("robots")):
        address = session.of("robots", row["id"])
        if row["name"].startswith(ROLE_ACCOUNT):
            role = row["name"].removeprefix(ROLE_ACCOUNT)
            world.accounts.append(Account(row["project"], role, str(row["id"]), address))
            continue
        fields = _kept(ROBOT, row | {"disabled": row["state"] == "disabled"})
        robot = Item(ROBOT, fields, address, str(row["id"]))
        world.add(robot)
        for team in row["teams"]:
            place = {"team": team, "robot": robot.key}
            world.add(Item(TEAM_ROBOT, place, id=f"{team}/{robot.id}"))


def _trusts(session: Session, world: World) -> Iterator[Item]:
    for row in session.client.rows(session.of("trusts")):
        robot = str(row["robot"]["id"])
        if key := world.names.get((ROBOT.name, robot)):
            said = {one["claim"]: one["value"] for one in row["conditions"]}
            more = {"conditions": said, "disabled": row["state"] == "disabled"}
            fields = _kept(TRUST, row | more) | {"robot": key}
            yield Item(TRUST, fields, session.of("robots", robot, "trusts", row["id"]), row["id"])


def _members(session: Session, team: Item) -> Iterator[Item]:
    for row in session.client.rows(f"{team.address}members/"):
        fields = {"team": team.key, "email": str(row["email"]).lower(), "role": row["role"]}
        yield Item(MEMBER, fields, f"{team.address}members/{row['id']}/", f"{team.id}/{row['id']}")


def grants(session: Session, world: World, project: str | None = None) -> Iterator[Item]:
    """All grants, or those on a project itself."""
    own = {account.id for account in world.accounts}
    for row in session.client.rows(session.of("grants"), project=project):
        holder = row["holder"]
        if str(holder["id"]) in own:
            continue
        kind = PERSON if holder["kind"] == "user" else holder["kind"]
        name = world.names.get((kind, str(holder["id"])))
        what = _what(row, world)
        if name and what:
            fields = {holder["kind"]: name, **_scope(row["scope"]), **what}
            fields["expires_at"] = moment(row["expires_at"])
            yield Item(GRANT, fields, session.of("grants", row["id"]), str(row["id"]))
        else:
            world.hidden += 1


def _what(row: Row, world: World) -> Fields | None:
    """A grant's role or permissions; None for a role that one may not see."""
    role = row["role"]
    if not role:
        return {"permissions": permissions(row["permissions"])}
    if not role.startswith(CUSTOM):
        return {"role": role}
    name = world.names.get((ROLE.name, role.removeprefix(CUSTOM)))
    return {"role": f"{CUSTOM}{name}"} if name else None


def _scope(scope: Row) -> Fields:
    if scope["repository"]:
        return {"repository": below(scope["project"], scope["repository"]["name"])}
    return {"project": scope["project"]} if scope["project"] else {}
