"""A world as rows of the database, written past every service."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from console import keyring
from console.models import Organization, Project, Repository
from console.organizations.paths import repository_target
from console.permissions.decision import Target
from robots.base.credentials import PURPOSE, Kind, digest, mint_compact
from robots.models import Robot, RobotGrant, Secret, TeamRobot, Token
from robots.queries import search
from teams.models import Membership, Role, Team, TeamGrant, TeamMember, User, UserGrant
from tests.rules.model import Grant, Holder, Place, World

GRANTS = {"team": TeamGrant, "person": UserGrant, "robot": RobotGrant}


@dataclass
class Rows:
    """The rows of a world by its keys, and the tokens' secrets in the clear."""

    organizations: dict[str, Organization] = field(default_factory=dict)
    projects: dict[Place, Project] = field(default_factory=dict)
    repositories: dict[Place, Repository] = field(default_factory=dict)
    holders: dict[Holder, Any] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)

    def project(self, organization: str, project: str) -> Project | None:
        return self.projects.get(Place(organization, project))

    def target(self, place: Place) -> Target:
        """Where the product looks for rights over `place`."""
        if place.repository:
            target = repository_target(str(place))
            assert target is not None
            return target
        if place.team:
            found: Target = self.holders["team", place.team].target
            return found
        thing = self.projects[place] if place.project else self.organizations[place.organization]
        return thing.target


def targets(rows: Rows, places: list[Place]) -> dict[Place, Target]:
    return {place: rows.target(place) for place in places}


def made(model: Any, rows: dict[Any, Any]) -> dict[Any, Any]:
    """Insert `rows` at once."""
    model.objects.bulk_create(rows.values())
    return rows


def write(world: World) -> Rows:
    rows = Rows()
    _write_places(world, rows)
    _write_holders(world, rows)
    _write_memberships(world, rows)
    _write_team_members(world, rows)
    _write_team_robots(world, rows)
    for kind in GRANTS:
        _write_grants(world, rows, kind)
    _write_tokens(world, rows)
    search.rebuild()
    return rows


def _write_places(world: World, rows: Rows) -> None:
    rows.organizations = made(
        Organization, {slug: Organization(slug=slug, name=slug) for slug in world.organizations}
    )
    rows.projects = made(
        Project,
        {
            place: Project(
                organization=rows.organizations[place.organization],
                slug=place.project,
                name=place.project,
            )
            for place in world.projects
        },
    )
    rows.repositories = made(
        Repository,
        {
            place: Repository(
                project=rows.projects[Place(place.organization, place.project)],
                name=place.repository,
                public=public,
            )
            for place, public in world.repositories.items()
        },
    )


def _write_holders(world: World, rows: Rows) -> None:
    people = {
        ("person", key): User(email=f"{key}@example.com", name=key, is_active=active)
        for key, active in world.people.items()
    }
    teams = {
        ("team", key): Team(organization=rows.organizations[home], name=key.partition("/")[2])
        for key, home in world.teams.items()
    }
    roles = {
        ("role", key): Role(
            organization=rows.organizations[role.organization],
            project=rows.project(role.organization, role.project),
            name=key.rpartition("/")[2],
            permissions=role.permissions,
        )
        for key, role in world.roles.items()
    }
    robots = {("robot", key): _robot(world, rows, key) for key in world.robots}
    rows.holders = made(User, people) | made(Team, teams) | made(Role, roles) | made(Robot, robots)


def _past(state: str, *states: str) -> datetime | None:
    return timezone.now() - timedelta(hours=1) if state in states else None


def _robot(world: World, rows: Rows, key: str) -> Robot:
    robot = world.robots[key]
    made = Robot.at(
        rows.organizations[robot.organization],
        rows.project(robot.organization, robot.project),
        robot.name,
    )
    made.role_name = robot.name.removeprefix("role.") if robot.name.startswith("role.") else ""
    made.created_by = "test"
    made.disabled_at = _past(robot.state, "disabled")
    made.expires_at = _past(robot.state, "expired")
    made.deleted_at = _past(robot.state, "deleted")
    return made


def _write_memberships(world: World, rows: Rows) -> None:
    made(
        Membership,
        {
            key: Membership(
                user=rows.holders["person", key[0]],
                organization=rows.organizations[key[1]],
                role=role,
            )
            for key, role in world.members.items()
        },
    )


def _write_team_members(world: World, rows: Rows) -> None:
    made(
        TeamMember,
        {
            (team, person): TeamMember(
                team=rows.holders["team", team], user=rows.holders["person", person], role=role
            )
            for (team, person), role in world.places.items()
        },
    )


def _write_team_robots(world: World, rows: Rows) -> None:
    made(
        TeamRobot,
        {
            (team, robot): TeamRobot(
                team=rows.holders["team", team], robot=rows.holders["robot", robot]
            )
            for team, robot in world.robot_places
        },
    )


def _write_grants(world: World, rows: Rows, kind: str) -> None:
    model: Any
    model, column = GRANTS[kind], {"person": "user"}.get(kind, kind)
    made(
        model,
        {
            number: model(**{column: rows.holders[kind, grant.holder]}, **_columns(rows, grant))
            for number, grant in enumerate(world.grants)
            if grant.kind == kind
        },
    )


def _columns(rows: Rows, grant: Grant) -> dict[str, Any]:
    return {
        "organization": rows.organizations[grant.organization],
        "project": rows.project(grant.organization, grant.project),
        "repository": rows.repositories.get(grant.place),
        "role": grant.role,
        "custom_role": rows.holders.get(("role", grant.custom)),
        "permissions": grant.permissions,
    }


def _write_tokens(world: World, rows: Rows) -> None:
    found = {
        ("token", key): Token(
            name=key.rpartition("/")[2],
            **{
                {"person": "user"}.get(token.kind, token.kind): rows.holders[
                    token.kind, token.owner
                ]
            },
            permissions=token.permissions,
            created_by="test",
            disabled_at=_past(token.state, "disabled"),
            expires_at=_past(token.state, "expired"),
            revoked_at=_past(token.state, "revoked"),
            blocked_at=_past(token.state, "blocked"),
        )
        for key, token in world.tokens.items()
    }
    rows.holders |= made(Token, found)
    rows.secrets = {key: mint_compact().reveal() for key in world.tokens}
    made(Secret, {key: _secret(rows, key) for key in world.tokens})


def _secret(rows: Rows, key: str) -> Secret:
    number = keyring.current()
    stored = digest(rows.secrets[key], keyring.key(PURPOSE.decode(), number))
    return Secret(
        token=rows.holders["token", key],
        kind=Kind.COMPACT,
        digest=stored,
        root_number=number,
        created_by="test",
    )
