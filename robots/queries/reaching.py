"""Who can reach a repository or a project: everybody who holds something there, and through which grants."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from console.permissions.decision import NO_LIMITS, Held, Limits, Target, Targeted
from console.permissions.roles import BUILTIN_ROLES, REPOSITORY_PERMISSIONS, Scope
from robots.models import Robot, RobotGrant, TeamRobot, Token
from robots.queries.explain import NOTHING_HIDDEN, Holding
from teams.models import AccessGrant, Membership, TeamGrant, TeamMember, User, UserGrant

SHOWN_TOKENS, NAMED_LOGINS = 1000, 5
# Belonging to the organization in these roles gives something on its repositories.
REACHING_ROLES = [
    role
    for role in Membership.Role
    if BUILTIN_ROLES[Scope.ORGANIZATION, role].permissions & REPOSITORY_PERMISSIONS
]
NOTHING_HELD = Holding(Target(0), ())


@dataclass(slots=True)
class Reacher:
    """A person, robot or team that holds something at a place."""

    kind: str
    holder: Any
    name: str
    limits: Limits = NO_LIMITS
    held: list[Held] = field(default_factory=list)
    # Those of them that are its own.
    grants: list[AccessGrant] = field(default_factory=list)
    # What all of it comes to.
    holding: Holding = NOTHING_HELD
    tokens: list[Token] = field(default_factory=list)
    # The logins of its trusts.
    trusts: list[Token] = field(default_factory=list)

    @property
    def key(self) -> str:
        return f"{self.kind}-{self.holder.uuid}"

    @property
    def url(self) -> str:
        """Where a robot's page is, for those that are shown: there may be thousands."""
        return str(self.holder.get_absolute_url()) if self.kind == "robot" else ""

    @property
    def order(self) -> str:
        """What a list of them is sorted by, each once."""
        return f"{self.name.casefold()} {self.holder.uuid}"

    @property
    def logins(self) -> list[Token]:
        """What its machines come with."""
        return [*self.tokens, *self.trusts]

    @property
    def shown_logins(self) -> list[Token]:
        """Those that a page names."""
        return self.logins[:NAMED_LOGINS]

    @property
    def more_logins(self) -> int:
        return len(self.logins) - len(self.shown_logins)


def covering(target: Target) -> Q:
    """The grants whose scope holds the repository, or that reach something in the project."""
    inside = Q(project=target.project_id)
    if target.repository_id:
        inside &= Q(repository=None) | Q(repository=target.repository_id)
    return Q(organization=target.organization_id) & (Q(project=None) | inside)


def who_reaches(place: Targeted, hidden: set[int] = NOTHING_HIDDEN) -> list[Reacher]:
    """Everybody who holds anything at a place: teams, people, robots.

    The number of queries does not grow with the number of holders.
    """
    gathered = holders_at(place, hidden)
    return [reacher for reacher in gathered.values() if reacher.holding.is_something]


def holders_at(place: Targeted, hidden: set[int] = NOTHING_HIDDEN) -> dict[str, Reacher]:
    """Whoever has a grant that covers the place, is in such a team or owns the organization; by key."""
    return _Gathering(place.target, hidden).everybody()


class _Gathering:
    """Holders at one place, while their grants are gathered."""

    def __init__(self, target: Target, hidden: set[int]) -> None:
        self.target, self.hidden = target, hidden
        self.scope = covering(target)
        self.found: dict[str, Reacher] = {}

    def everybody(self) -> dict[str, Reacher]:
        team_grants = TeamGrant.objects.in_force().filter(self.scope).shown(self.hidden)
        for grant in team_grants:
            self._add("team", grant.team, grant.team.shown_name).grants.append(grant)
        self._add_members()
        self._add_own_grants()
        for reacher in self.found.values():
            reacher.held.extend(grant.held() for grant in reacher.grants)
        self._spread(team_grants)
        self._sum_up()
        return self.found

    def _add(self, kind: str, holder: Any, name: str) -> Reacher:  # noqa: ANN401 - any holder
        key = f"{kind}-{holder.uuid}"
        return self.found.setdefault(key, Reacher(kind, holder, name))

    def _add_person(self, user: User) -> Reacher:
        return self._add("person", user, user.display_name)

    def _add_robot(self, robot: Robot) -> Reacher:
        reacher = self._add("robot", robot, robot.login_name)
        reacher.limits = robot.limits
        return reacher

    def _add_members(self) -> None:
        of_organization = Membership.objects.filter(organization=self.target.organization_id)
        for membership in of_organization.filter(role__in=REACHING_ROLES).select_related("user"):
            self._add_person(membership.user).held.append(membership.held())

    def _add_own_grants(self) -> None:
        of_people = UserGrant.objects.in_force().filter(self.scope).with_names()
        for grant in of_people.select_related("user"):
            self._add_person(grant.user).grants.append(grant)
        of_robots = RobotGrant.objects.in_force().filter(self.scope, robot__deleted_at=None)
        for given in of_robots.with_names().select_related("robot__organization", "robot__project"):
            self._add_robot(given.robot).grants.append(given)

    def _spread(self, grants: Iterable[TeamGrant]) -> None:
        """Give what teams hold to everybody in them."""
        by_team: dict[int, list[Held]] = defaultdict(list)
        for grant in grants:
            by_team[grant.team_id].append(grant.held())
        for place in TeamMember.objects.filter(team__in=by_team).select_related("user"):
            self._add_person(place.user).held.extend(by_team[place.team_id])
        places = TeamRobot.objects.filter(team__in=by_team, robot__deleted_at=None)
        for robot_place in places.select_related("robot__organization", "robot__project"):
            self._add_robot(robot_place.robot).held.extend(by_team[robot_place.team_id])

    def _sum_up(self) -> None:
        """What each holds; who holds the same, as members of one team do, shares it."""
        known: dict[Any, Holding] = {}
        for reacher in self.found.values():
            same = (tuple(grant.uuid for grant in reacher.held), reacher.limits)
            holding = Holding(self.target, tuple(reacher.held), reacher.limits)
            reacher.holding = known.setdefault(same, holding)


def attach_logins(reachers: Sequence[Reacher]) -> None:
    """Let the robots among them say what their machines come with."""
    robots = {it.holder.pk: it for it in reachers if it.kind == "robot"}
    logins = Token.objects.logins().filter(robot__in=robots).order_by("robot", "name")
    for login in logins[:SHOWN_TOKENS] if robots else ():
        if login.robot_id is not None:
            found = robots[login.robot_id]
            (found.trusts if login.by_trust else found.tokens).append(login)
