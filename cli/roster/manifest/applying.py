"""Steps as requests."""

from collections.abc import Callable

from roster.errors import Failure, Refused
from roster.manifest.kinds import (
    CUSTOM,
    GRANT,
    HOLDERS,
    LEVEL,
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
    held_at,
)
from roster.manifest.planning import Step
from roster.manifest.state import State
from roster.manifest.world import World, grants
from roster.output import warn
from roster.session import Session
from roster.shapes import Fields, Row

DONE = {"create": "created", "change": "changed", "delete": "deleted"}


class Work:
    """Carries steps out and remembers what it made."""

    def __init__(self, session: Session, world: World, state: State) -> None:
        self.session, self.world, self.state = session, world, state
        # Grants that came with what was made, by holder and place.
        self.given: dict[str, Item] = {}

    def do(self, step: Step) -> str:
        """Carry a step out, and what to say of it."""
        acts = {"create": self._create, "change": self._change, "delete": self._delete}
        try:
            acts[step.act](step)
        except Failure as failure:
            raise Failure(f"{step.title}: {failure}") from failure
        return f"{step.title} {DONE[step.act]}"

    def _create(self, step: Step) -> None:
        if step.item.kind is GRANT and (old := self.given.pop(held_at(step.item.fields), None)):
            self.state.made(self._regrant(old, step.item.fields))
            return
        made = MAKERS[step.item.kind.name](self, step.item)
        self.world.add(made)
        self.state.made(made)
        if made.kind is PROJECT:
            self._note_given(made)

    def _note_given(self, project: Item) -> None:
        """Whoever creates a project and held less there is its admin now, which the file may deny."""
        found = list(grants(self.session, self.world, project.key))
        self.world.add_all(found)
        self.state.came_with(found)
        self.given |= {held_at(grant.fields): grant for grant in found}

    def _change(self, step: Step) -> None:
        if step.becomes:
            self._regrant(step.item, step.becomes.fields)
        else:
            body = step.item.kind.body(step.after)
            _warn(step.item, self.session.client.patch(step.item.address, body))

    def _regrant(self, old: Item, fields: Fields) -> Item:
        """Let a grant give something else."""
        self.session.client.patch(old.address, _given(self, fields))
        new = Item(old.kind, fields, old.address, old.id)
        self.world.replace(old, new)
        self.state.renamed(old, new)
        return new

    def _delete(self, step: Step) -> None:
        try:
            self.session.client.delete(self._address(step.item))
        except Refused as refused:
            # It went with something else that was deleted.
            if refused.status != 404:
                raise
        self.state.forget(step.item)

    def _address(self, item: Item) -> str:
        if item.kind is not TEAM_ROBOT:
            return item.address
        robot = self.known(ROBOT, item.fields["robot"])
        return f"{self.known(TEAM, item.fields['team']).address}robots/{robot.id}/"

    def known(self, kind: Kind, key: str) -> Item:
        found = self.world.find(kind.name, key)
        if found is None:
            raise Failure(f"there is no {kind.name} {key}, and the file has none")
        return found

    def post(self, address: str, fields: Fields) -> Row:
        made: Row = self.session.client.post(address, fields)
        return made


def _project(work: Work, item: Item) -> Item:
    body = {"name": item.fields["slug"], **item.fields}
    made = work.post(work.session.of("projects"), body)
    address = work.session.of("projects", made["slug"])
    return Item(PROJECT, body, address, f"{made['slug']}@{made['created_at']}")


def _repository(work: Work, item: Item) -> Item:
    project, _, name = item.fields["path"].partition("/")
    rest = {key: value for key, value in item.fields.items() if key != "path"}
    made = work.post(work.session.of("repositories"), {"project": project, "name": name, **rest})
    return Item(REPOSITORY, item.fields, work.session.of("repositories", made["id"]), made["id"])


def _plain(section: str) -> Callable[[Work, Item], Item]:
    """What the API takes as the file has it, but for the words of its fields."""

    def make(work: Work, item: Item) -> Item:
        made = work.post(work.session.of(section), item.kind.body(item.fields))
        return Item(item.kind, item.fields, work.session.of(section, made["id"]), str(made["id"]))

    return make


def _member(work: Work, item: Item) -> Item:
    team = work.known(TEAM, item.fields["team"])
    body = {"user": item.fields["email"], "role": item.fields["role"]}
    made = work.post(f"{team.address}members/", body)
    address = f"{team.address}members/{made['id']}/"
    return Item(MEMBER, item.fields, address, f"{team.id}/{made['id']}")


def _team_robot(work: Work, item: Item) -> Item:
    team = work.known(TEAM, item.fields["team"])
    robot = work.known(ROBOT, item.fields["robot"])
    work.post(f"{team.address}robots/", {"robot": robot.id})
    return Item(TEAM_ROBOT, item.fields, id=f"{team.key}/{robot.id}")


def _grant(work: Work, item: Item) -> Item:
    fields = item.fields
    kind = next(name for name in HOLDERS if fields.get(name))
    body: Fields = {kind: _holder(work, kind, fields[kind])}
    if project := fields.get("project"):
        body["project"] = project
    if repository := fields.get("repository"):
        body["repository"] = work.known(REPOSITORY, repository).id
    body |= _given(work, fields)
    made = work.post(work.session.of("grants"), body)
    return Item(GRANT, fields, work.session.of("grants", made["id"]), str(made["id"]))


def _holder(work: Work, kind: str, name: str) -> str:
    if kind != "user":
        return work.known({"team": TEAM, "robot": ROBOT}[kind], name).id
    if found := work.world.people.get(name):
        return found
    raise Failure(f"{name} is not a member of {work.session.slug}; invite them in the console")


def _trust(work: Work, item: Item) -> Item:
    robot = work.known(ROBOT, item.fields["robot"])
    said = {name: value for name, value in item.fields.items() if name != "robot"}
    made = work.post(f"{robot.address}trusts/", item.kind.body(said))
    _warn(item, made)
    return Item(TRUST, item.fields, f"{robot.address}trusts/{made['id']}/", str(made["id"]))


def _webhook(work: Work, item: Item) -> Item:
    made = _plain("webhooks")(work, item)
    # What checks signatures needs it, and a plan's output is no place for one.
    how = f"roster -a {work.session.slug} webhook secret create {made.key} FILE --overlap now"
    warn(f"{item}: its secret was shown to nobody; for one that you have, run `{how}`")
    return made


def _warn(item: Item, row: Row) -> None:
    """What a trust lets in that one may not think of; nothing else has warnings."""
    for text in row.get("warnings", ()):
        warn(f"{item}: {text}")


def _given(work: Work, fields: Fields) -> Fields:
    ends = {key: value for key, value in fields.items() if key == "expires_at"}
    role = str(fields.get("role") or "")
    if not role:
        return {"permissions": fields["permissions"], **ends}
    if role.startswith(CUSTOM):
        return {"role": CUSTOM + work.known(ROLE, role.removeprefix(CUSTOM)).id, **ends}
    name = "level" if role.startswith(LEVEL) else "role"
    return {name: role.removeprefix(LEVEL), **ends}


MAKERS: dict[str, Callable[[Work, Item], Item]] = {
    PROJECT.name: _project,
    REPOSITORY.name: _repository,
    ROLE.name: _plain("roles"),
    TEAM.name: _plain("teams"),
    ROBOT.name: _plain("robots"),
    MEMBER.name: _member,
    TEAM_ROBOT.name: _team_robot,
    GRANT.name: _grant,
    TRUST.name: _trust,
    SERVICE.name: _plain("services"),
    WEBHOOK.name: _webhook,
}
