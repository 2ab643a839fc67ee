"""Changes to robots."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from console.audit import Chain, changing, record
from console.errors import Conflict
from console.models import Organization, Project
from console.permissions import (
    DATA_PERMISSIONS,
    Actor,
    Permission,
    Permissions,
    Target,
    require,
    require_all,
    with_implied,
)
from robots import search
from robots.models import Robot, RobotGrant, TeamRobot, Token
from robots.models.robots import NEVER_ENDS, login_name
from robots.states import earlier
from teams.services.grants import GrantSpec, save_grant


@dataclass(frozen=True, slots=True)
class GrantRequest:
    """Permissions on one project; `project=None` means all projects, also future ones."""

    project: Project | None
    permissions: Permissions


def create_robot(
    *,
    actor: Actor,
    organization: Organization,
    name: str,
    project: Project | None = None,
    description: str = "",
    expires_at: datetime | None = None,
    grants: Iterable[GrantRequest] = (),
) -> Robot:
    """Make a robot of `organization`, or of `project` for good, with its first grants.

    The actor must hold everything the grants confer. A project's robot holds nothing outside it.
    """
    robot = Robot(
        organization=organization,
        project=project,
        name=name,
        login_name=login_name(organization.slug, project.slug if project else "", name),
        description=description,
        expires_at=expires_at,
        created_by=actor.actor_label,
        next_expiry_at=expires_at or NEVER_ENDS,
    )
    with changing(organization) as chain:
        require(actor, Permission.ROBOT_CREATE, project or organization)
        _must_be_ahead(expires_at)
        if robot.is_role_account:
            raise ValidationError(
                {"name": "Names that begin with “role.” belong to role accounts."}
            )
        save_new_robot(robot)
        given = [_grant(actor, robot, request) for request in grants if request.permissions]
        record(
            chain, actor=actor, action="robot:created", target=robot,
            after=_as_recorded(robot) | {"grants": given},
        )  # fmt: skip
    return robot


def save_new_robot(robot: Robot) -> None:
    """Write a new robot's row, and let it be found."""
    robot.full_clean()
    robot.save()
    search.add(robot)


def _must_be_ahead(expires_at: datetime | None) -> None:
    if expires_at is not None and expires_at <= timezone.now():
        raise ValidationError({"expires_at": "Choose a moment in the future."})


def _grant(actor: Actor, robot: Robot, request: GrantRequest) -> dict[str, Any]:
    if not request.permissions <= DATA_PERMISSIONS:
        raise ValidationError("A new robot account is given data permissions only.")
    permissions = with_implied(request.permissions)
    spec = GrantSpec(robot.organization, request.project, permissions=permissions)
    grant = save_grant(actor, robot, spec)
    return {"on": grant.scope_label, "permissions": sorted(permissions)}


def _as_recorded(robot: Robot) -> dict[str, Any]:
    return {
        "name": robot.name,
        "login": robot.login_name,
        "level": "project" if robot.project else "organization",
        "description": robot.description,
        "expires_at": robot.expires_at,
    }


def require_to_hold_what(actor: Actor, robot: Robot, narrowing: Permissions | None = None) -> None:
    """Nobody confers what they do not hold: the actor must hold all that the robot's grants give."""
    for grant in robot.grants_on(robot.organization.target):
        scope = Target(
            grant.organization_id,
            grant.project_id,
            grant.repository_id,
            on_repository=grant.is_level or grant.repository_id is not None,
        )
        given = with_implied(grant.permissions)
        require_all(actor, given if narrowing is None else given & with_implied(narrowing), scope)


def present(robot: Robot) -> Robot:
    """The robot as it is now, under the organization's lock; `Conflict` if it went meanwhile."""
    found = Robot.objects.living().select_related("organization", "project__organization")
    try:
        return found.get(pk=robot.pk)
    except Robot.DoesNotExist as error:
        raise Conflict("The robot account has been deleted meanwhile.") from error


def disable_robot(*, actor: Actor, robot: Robot) -> Robot:
    """Stop the robot at once, reversibly. Disabling a disabled robot changes nothing."""
    with changing(robot.organization) as chain:
        robot = present(robot)
        require(actor, Permission.ROBOT_UPDATE, robot)
        if robot.disabled_at is None:
            robot.disabled_at = timezone.now()
            _save_switch(chain, actor, robot, "robot:disabled")
    return robot


def enable_robot(*, actor: Actor, robot: Robot) -> Robot:
    """Let a disabled robot work again; the actor must hold what that confers."""
    with changing(robot.organization) as chain:
        robot = present(robot)
        require(actor, Permission.ROBOT_UPDATE, robot)
        require_to_hold_what(actor, robot)
        if robot.disabled_at is not None:
            robot.disabled_at = None
            _save_switch(chain, actor, robot, "robot:enabled")
    return robot


def _save_switch(chain: Chain, actor: Actor, robot: Robot, action: str) -> None:
    robot.save(update_fields=["disabled_at"])
    states = {"robot:disabled": ("enabled", "disabled"), "robot:enabled": ("disabled", "enabled")}
    before, after = states[action]
    record(
        chain, actor=actor, action=action, target=robot,
        before={"state": before}, after={"state": after},
    )  # fmt: skip


def delete_robot(*, actor: Actor, robot: Robot) -> None:
    """End the robot, its tokens and its grants for good. Its name is free again at once."""
    with changing(robot.organization) as chain:
        robot = present(robot)
        require(actor, Permission.ROBOT_DELETE, robot)
        names = end_robot(robot)
        record(
            chain, actor=actor, action="robot:deleted", target=robot,
            before=_as_recorded(robot) | {"tokens": names},
        )  # fmt: skip


def end_robot(robot: Robot) -> list[str]:
    """End a robot with its tokens, grants and places in teams; return the tokens' names."""
    now = timezone.now()
    ended = Token.objects.living().filter(robot=robot)
    names = list(ended.order_by("name").values_list("name", flat=True))
    ended.update(revoked_at=now)
    RobotGrant.objects.filter(robot=robot).delete()
    TeamRobot.objects.filter(robot=robot).delete()
    robot.deleted_at = now
    robot.save(update_fields=["deleted_at"])
    search.remove(robot)
    return names


def keep_next_expiry(robot: Robot) -> None:
    """Write the robot's next expiry anew: the earliest end of itself and its tokens."""
    ends = Token.objects.living().filter(robot=robot).values_list("expires_at", flat=True)
    robot.next_expiry_at = earlier(robot.expires_at, *ends) or NEVER_ENDS
    robot.save(update_fields=["next_expiry_at"])
