"""What of a robot its copy can have: as far as whoever copies it may give that."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from console.http import Request
from console.models import Project
from console.permissions.decision import Viewer, allows, explain
from console.permissions.vocabulary import Permission, with_implied
from robots.accounts.forms.accesses import TICKED, request_of
from robots.accounts.services.editing import editable_grants, own_grants
from robots.accounts.services.labels import labels_of
from robots.accounts.services.robots import GrantRequest
from robots.models import Robot, RobotGrant
from robots.policies.expiry_fields import NEVER, PRESETS
from robots.queries.finding import known_teams
from teams.grants.services import reach_of, scope_of
from teams.models.teams import TeamQuerySet


@dataclass(frozen=True, slots=True)
class Original:
    """A robot that is copied: what its copy has at first, and in words what it cannot have.

    `by_key` is what it holds by the keys of places.
    """

    name: str = ""
    initial: dict[str, Any] = field(default_factory=dict)
    by_key: Mapping[str, GrantRequest] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()


NOTHING = Original()


def original(request: Request, robot: Robot, teams: TeamQuerySet) -> Original:
    """What a copy of `robot` may have by the viewer, who may let robots into `teams`."""
    place = robot.project or robot.organization
    if not allows(request.viewer, Permission.ROBOT_CREATE, place):
        where = robot.project or "the whole organization"
        return Original(
            robot.name,
            _texts(robot),
            left_out=(f"its level and permissions: you may not create robot accounts in {where}",),
        )
    grants, refused = _grants(request, robot)
    joined, closed = _teams(request, robot, teams)
    by_key = {_key(grant.project): request_of(grant) for grant in grants}
    initial = _texts(robot) | _level(robot, by_key) | {"team": joined}
    return Original(robot.name, initial, {} if robot.project else by_key, (*refused, *closed))


def _texts(robot: Robot) -> dict[str, Any]:
    """What says nothing about rights."""
    responsible = robot.responsible
    return {
        **robot.texts,
        "labels": labels_of(robot),
        "responsible": responsible.user.email if responsible else "",
        "addresses": robot.addresses,
        "network_mode": robot.network_mode,
        **_expiry(robot),
    }


def _expiry(robot: Robot) -> dict[str, Any]:
    """The same length, counted from now."""
    if robot.expires_at is None:
        return {"expiry": NEVER}
    length = robot.expires_at - robot.created_at
    days = max(1, round(length / timedelta(days=1)))
    return {"expiry": str(days)} if days in PRESETS else {"expiry": "days", "expiry_days": days}


def _level(robot: Robot, by_key: Mapping[str, GrantRequest]) -> dict[str, Any]:
    """Where it belongs; of a project's robot also what it holds there."""
    if robot.project is None:
        return {"level": "organization"}
    held = by_key.get(_key(robot.project), GrantRequest(robot.project))
    return {
        "level": "project",
        "project": str(robot.project.uuid),
        "what": held.level or TICKED,
        "permissions": held.permissions,
    }


def _key(project: Project | None) -> str:
    return str(project.uuid) if project else "all"


def _grants(request: Request, robot: Robot) -> tuple[list[RobotGrant], list[str]]:
    """Those that a form can give and the viewer may, and why not the others."""
    seen = Project.objects.visible_to(request.viewer, robot.organization)
    editable = {grant.pk for grant in editable_grants(robot).values()}
    own = own_grants(robot)
    known = set(
        seen.filter(pk__in={grant.project_id for grant in own}).values_list("pk", flat=True)
    )
    given, refused = [], []
    for grant in own:
        if grant.project_id and grant.project_id not in known:
            refused.append("what it holds in a project that you do not see")
        elif reason := _refusal(request.viewer, grant, is_editable=grant.pk in editable):
            refused.append(f"{grant.what} on {grant.scope_label}: {reason}")
        else:
            given.append(grant)
    return given, refused


def _refusal(viewer: Viewer, grant: RobotGrant, *, is_editable: bool) -> str:
    """Why the viewer may not give the same in a form."""
    if not is_editable:
        return "give it by Add Access"
    if not explain(viewer, Permission.GRANT_CREATE, scope_of(grant)):
        return "you may not give permissions there"
    needed = sorted(with_implied(grant.conferred[0]))
    missing = [name for name in needed if not allows(viewer, name, reach_of(grant))]
    return f"you do not hold {', '.join(missing)} there" if missing else ""


def _teams(request: Request, robot: Robot, open_ones: TeamQuerySet) -> tuple[list[str], list[str]]:
    """The teams that a copy may join, and those it may not, as far as the viewer sees them."""
    teams = known_teams(request, robot)
    joinable = set(
        open_ones.filter(pk__in=[team.pk for team in teams]).values_list("pk", flat=True)
    )
    joined = [str(team.uuid) for team in teams if team.pk in joinable]
    closed = [team for team in teams if team.pk not in joinable and not team.is_hidden]
    return joined, [
        f"the team {team.name}: you may not let robot accounts into it" for team in closed
    ]
