"""The database as a world: what the services have left, for the model to judge."""

from collections.abc import Callable
from typing import Any

from console.models import Organization, Project, Repository
from robots.base.states import State
from robots.models import Robot, TeamRobot, Token
from teams.models import AccessGrant, Invitation, Membership, Role, Team, TeamMember, User
from tests.rules import model
from tests.rules.model import Place, Words, World
from tests.rules.rows import GRANTS


def read() -> World:
    """Keys are names, so that a thing made again under an old name is taken for the old one."""
    world = World(organizations=list(Organization.objects.values_list("slug", flat=True)))
    _read_places(world)
    _read_people(world)
    _read_robots(world)
    for row in Role.objects.select_related("organization", "project"):
        project = row.project.slug if row.project else ""
        role = model.Role(row.organization.slug, project, words_of(row.permissions))
        world.roles[role_name(row)] = role
    for kind, manager in GRANTS.items():
        for grant in _with_places(manager.objects, kind):
            world.grants.append(_grant(kind, grant))
    return world


def words_of(permissions: Any) -> Words:
    return frozenset(map(str, permissions))


def role_name(row: Role) -> str:
    return f"{row.organization.slug}/{row.project.slug if row.project else ''}/{row.name}"


def _read_places(world: World) -> None:
    for organization, project in Project.objects.values_list("organization__slug", "slug"):
        world.projects.add(Place(organization, project))
    columns = ("project__organization__slug", "project__slug", "name", "public")
    for *path, public in Repository.objects.values_list(*columns):
        world.repositories[Place(*path)] = public


def _read_people(world: World) -> None:
    world.people = dict(User.objects.values_list("name", "is_active"))
    for who, where, role in Membership.objects.values_list(
        "user__name", "organization__slug", "role"
    ):
        world.members[who, where] = role
    pending = Invitation.objects.pending().values_list("email", "organization__slug", "role")
    for email, where, role in pending:
        world.invitations[email.partition("@")[0], where] = role
    for team in Team.objects.select_related("organization"):
        world.teams[str(team)] = team.organization.slug
    for place in TeamMember.objects.select_related("team__organization", "user"):
        world.places[str(place.team), place.user.name] = place.role


def key_of(robot: Robot) -> str:
    """Its login name; of a deleted one, its UUID, since the name is free again."""
    return robot.uuid.hex if robot.deleted_at else robot.login_name


def _read_robots(world: World) -> None:
    for robot in Robot.objects.living().select_related("organization", "project"):
        project = robot.project.slug if robot.project else ""
        home = robot.organization.slug, project, robot.name
        world.robots[robot.login_name] = model.Robot(*home, _word(robot.state))
    for place in TeamRobot.objects.select_related("team__organization", "robot"):
        world.robot_places.add((str(place.team), key_of(place.robot)))
    for token in Token.objects.living().filter(robot__deleted_at=None).select_related("robot"):
        narrowing = None if token.permissions is None else words_of(token.permissions)
        owner = token.of_robot.login_name
        world.tokens[f"{owner}/{token.name}"] = model.Token(
            "robot", owner, narrowing, _word(token.state)
        )


def _word(state: State) -> str:
    return "" if state == State.ACTIVE else str(state)


def _with_places(manager: Any, kind: str) -> Any:
    holder = {"team": "team__organization", "person": "user"}.get(kind, kind)
    custom = ("custom_role__organization", "custom_role__project")
    return manager.with_names().select_related(holder, *custom).order_by("id")


def _grant(kind: str, row: AccessGrant) -> model.Grant:
    holder: Any = row.holder
    named: dict[str, Callable[[Any], str]] = {"robot": key_of, "person": lambda user: user.name}
    return model.Grant(
        kind,
        named.get(kind, str)(holder),
        row.organization.slug,
        row.project.slug if row.project else "",
        row.repository.name if row.repository else "",
        row.role,
        role_name(row.custom_role) if row.custom_role else "",
        words_of(row.permissions),
    )
