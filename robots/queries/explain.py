"""Why may it, and who can: the grants behind every right, gathered once and put to `decide`.

Nothing here decides by itself: each answer is `decide()`'s own, with all the grants it names.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q

from console.models import Repository
from console.permissions.decision import NO_LIMITS, Held, Limits, Target, decide
from console.permissions.roles import (
    BUILTIN_ROLES,
    PROJECT_PERMISSIONS,
    REPOSITORY_PERMISSIONS,
    Scope,
)
from console.permissions.vocabulary import Permission, Permissions
from robots.models import Robot, RobotGrant, TeamRobot, Token
from teams.grants.services import reach_of
from teams.models import Membership, TeamGrant, TeamMember, User, UserGrant

SHOWN_TOKENS = 1000
# Belonging to the organization in these roles gives something on its repositories.
REACHING_ROLES = [
    role
    for role in Membership.Role
    if BUILTIN_ROLES[Scope.ORGANIZATION, role].permissions & REPOSITORY_PERMISSIONS
]
# Teams whose names the reader may not know are given by their ids.
NOTHING_HIDDEN: set[int] = set()


@dataclass(frozen=True, slots=True)
class Reason:
    """Permissions that are held for the same reasons."""

    permissions: list[Permission]
    sources: list[str]


@dataclass(frozen=True, slots=True)
class Right:
    """What is held on one organization, project or repository, with every grant that gives it."""

    where: str
    note: str
    reasons: list[Reason]

    @property
    def count(self) -> int:
        return sum(len(reason.permissions) for reason in self.reasons)


def reasons_on(target: Target, held: Iterable[Held], limits: Limits = NO_LIMITS) -> list[Reason]:
    """What `held` gives on `target`, permissions with the same sources together."""
    held, meaningful = list(held), _meaningful(target)
    by_sources: dict[tuple[str, ...], list[Permission]] = defaultdict(list)
    for permission in (name for name in Permission if name in meaningful):
        decision = decide(held, permission, target, limits)
        sources = tuple(grant.source for grant in decision.because)
        if sources:
            by_sources[sources].append(permission)
    return [Reason(permissions, list(sources)) for sources, permissions in by_sources.items()]


def _meaningful(target: Target) -> Permissions:
    """Which permissions say something about a thing of this kind."""
    if target.on_repository:
        return REPOSITORY_PERMISSIONS
    return PROJECT_PERMISSIONS if target.project_id else frozenset(Permission)


NOTES = {
    (False, False): "all projects, also future ones",
    (True, False): "all repositories of the project",
    (True, True): "this repository",
}


def rights_of(robot: Robot, hidden: set[int] = NOTHING_HIDDEN) -> list[Right]:
    """The robot's effective right on each thing that one of its grants is about."""
    grants = robot.named_grants(hidden)
    held = [grant.held() for grant in grants]
    rights = {}
    for grant in grants:
        target = reach_of(grant)
        # Two grants on one project, a level and a list, are one line about its repositories.
        key = (grant.project_id, grant.repository_id)
        if key in rights and not target.on_repository:
            continue
        note = NOTES[grant.project_id is not None, grant.repository_id is not None]
        rights[key] = Right(grant.scope_label, note, reasons_on(target, held, robot.limits))
    return list(rights.values())


@dataclass(slots=True)
class Reacher:
    """A person, robot or team that can reach a repository, and why."""

    kind: str
    name: str
    url: str = ""
    held: list[Held] = field(default_factory=list)
    limits: Limits = NO_LIMITS
    reasons: list[Reason] = field(default_factory=list)
    tokens: list[Token] = field(default_factory=list)


def covering(repository: Repository) -> Q:
    """The grants whose scope holds `repository`."""
    project = repository.project
    return Q(organization=project.organization_id) & (
        Q(project=None) | Q(project=project, repository=None) | Q(repository=repository)
    )


def who_reaches(repository: Repository, hidden: set[int] = NOTHING_HIDDEN) -> list[Reacher]:
    """Everybody who holds anything on a repository: teams, people, robots with their tokens.

    The number of queries does not grow with the number of holders.
    """
    scope = covering(repository)
    team_grants = TeamGrant.objects.filter(scope).shown(hidden)
    teams, people, robots = _teams(team_grants), _people(repository, scope), _robots(scope)
    _spread(team_grants, people, robots)
    reachers = [*teams.values(), *people.values(), *robots.values()]
    for reacher in reachers:
        reacher.reasons = reasons_on(repository.target, reacher.held, reacher.limits)
    _attach_tokens(robots)
    return [reacher for reacher in reachers if reacher.reasons]


def _teams(grants: Iterable[TeamGrant]) -> dict[int, Reacher]:
    teams: dict[int, Reacher] = {}
    for grant in grants:
        team = teams.setdefault(grant.team_id, Reacher("team", grant.team.shown_name))
        team.held.append(grant.held())
    return teams


def _people(repository: Repository, scope: Q) -> dict[int, Reacher]:
    people: dict[int, Reacher] = {}
    organization = repository.project.organization
    found = Membership.objects.filter(organization=organization, role__in=REACHING_ROLES)
    for membership in found.select_related("user"):
        person = _person(people, membership.user)
        person.held.append(membership.held())
    for grant in UserGrant.objects.filter(scope).with_names().select_related("user", "custom_role"):
        _person(people, grant.user).held.append(grant.held())
    return people


def _person(people: dict[int, Reacher], user: User) -> Reacher:
    return people.setdefault(user.pk, Reacher("person", user.display_name))


def _robot(robots: dict[int, Reacher], robot: Robot) -> Reacher:
    url = robot.get_absolute_url()
    return robots.setdefault(robot.pk, Reacher("robot", robot.login_name, url, limits=robot.limits))


def _robots(scope: Q) -> dict[int, Reacher]:
    robots: dict[int, Reacher] = {}
    grants = RobotGrant.objects.filter(scope, robot__deleted_at=None).with_names()
    for grant in grants.select_related("robot__organization", "robot__project", "custom_role"):
        _robot(robots, grant.robot).held.append(grant.held())
    return robots


def _spread(
    grants: list[TeamGrant], people: dict[int, Reacher], robots: dict[int, Reacher]
) -> None:
    """Give what teams hold to everybody in them."""
    by_team: dict[int, list[Held]] = defaultdict(list)
    for grant in grants:
        by_team[grant.team_id].append(grant.held())
    for place in TeamMember.objects.filter(team__in=by_team).select_related("user"):
        _person(people, place.user).held.extend(by_team[place.team_id])
    places = TeamRobot.objects.filter(team__in=by_team, robot__deleted_at=None)
    for robot_place in places.select_related("robot__organization", "robot__project"):
        _robot(robots, robot_place.robot).held.extend(by_team[robot_place.team_id])


def _attach_tokens(robots: dict[int, Reacher]) -> None:
    tokens = Token.objects.living().filter(robot__in=robots).order_by("robot", "name")
    for token in tokens[:SHOWN_TOKENS]:
        if token.robot_id is not None:
            robots[token.robot_id].tokens.append(token)
