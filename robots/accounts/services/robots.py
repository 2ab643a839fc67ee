"""Changes to robots."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Unpack

from django.core.exceptions import ValidationError
from django.utils import timezone

from console.audit.recording import Chain, changing, record
from console.models import Organization, Project
from console.network_modes import NetworkMode
from console.permissions.decision import Actor, require
from console.permissions.roles import LEVEL_PREFIX
from console.permissions.vocabulary import DATA_PERMISSIONS, Permission, Permissions, with_implied
from console.updates import require_known
from robots.accounts.services.addresses import as_limited
from robots.accounts.services.labels import labels_of, save_labels
from robots.base.periods import NEVER_ENDS
from robots.base.robot_names import RESERVED_PREFIX
from robots.base.robot_texts import RobotTexts
from robots.models import Robot, RobotGrant, RobotLabel, TeamRobot, Token
from robots.policies.enforcement import require_ahead
from robots.queries import search
from teams.grants.services import GrantSpec, save_grant
from teams.models import Membership


@dataclass(frozen=True, slots=True)
class GrantRequest:
    """Permissions on one project, or a level of its repositories (`write`).

    `project=None` means all projects, also future ones.
    """

    project: Project | None
    permissions: Permissions = frozenset()
    level: str = ""

    @property
    def is_something(self) -> bool:
        return bool(self.permissions or self.level)

    def spec(self, robot: Robot) -> GrantSpec:
        """What of it becomes a grant's row."""
        if self.level:
            return GrantSpec(robot.organization, self.project, role=LEVEL_PREFIX + self.level)
        if not self.permissions <= DATA_PERMISSIONS:
            raise ValidationError("A robot account is given data permissions only.")
        permissions = with_implied(self.permissions)
        return GrantSpec(robot.organization, self.project, permissions=permissions)


def create_robot(
    *,
    actor: Actor,
    organization: Organization,
    name: str,
    project: Project | None = None,
    expires_at: datetime | None = None,
    grants: Iterable[GrantRequest] = (),
    labels: Mapping[str, str] | None = None,
    responsible: Membership | None = None,
    addresses: str = "",
    network_mode: str = NetworkMode.ENFORCE.value,
    disabled: bool = False,
    **texts: Unpack[RobotTexts],
) -> Robot:
    """Make a robot of `organization`, or of `project` for good, with its first grants.

    The actor must hold everything the grants confer. A project's robot holds nothing outside it.
    There is no moment at which it has its grants and not yet its `addresses`, or is not yet disabled.
    """
    require_known(texts, RobotTexts)
    robot = Robot.at(organization, project, name, **texts)
    robot.responsible = responsible
    robot.addresses, robot.network_mode = addresses, network_mode
    robot.disabled_at = timezone.now() if disabled else None
    robot.expires_at, robot.next_expiry_at = expires_at, expires_at or NEVER_ENDS
    robot.created_by = actor.actor_label
    with changing(organization) as chain:
        require(actor, Permission.ROBOT_CREATE, project or organization)
        require_ahead(expires_at)
        _refuse_reserved(robot)
        save_new_robot(robot)
        save_labels(robot, labels or {})
        given = [_grant(actor, robot, request) for request in grants if request.is_something]
        after = as_recorded(robot) | _as_restricted(robot) | {"grants": given}
        record(chain, actor=actor, action="robot:created", target=robot, after=after)
    return robot


def _refuse_reserved(robot: Robot) -> None:
    if robot.name.startswith(RESERVED_PREFIX):
        raise ValidationError({"name": "Names that begin with “role.” belong to role accounts."})


def save_new_robot(robot: Robot) -> None:
    """Write a new robot's row, and let it be found."""
    robot.full_clean()
    robot.save()
    search.add(robot)


def _grant(actor: Actor, robot: Robot, request: GrantRequest) -> dict[str, Any]:
    grant = save_grant(actor, robot, request.spec(robot))
    permissions, _ = grant.conferred
    return {"on": grant.scope_label, "permissions": sorted(permissions)}


def _as_restricted(robot: Robot) -> dict[str, Any]:
    """What keeps a new robot from being used, if anything does."""
    return {
        **as_limited(robot),
        **({"state": "disabled"} if robot.disabled_at else {}),
    }


def as_recorded(robot: Robot) -> dict[str, Any]:
    """A robot as the audit log keeps it, but for what it holds."""
    labels, responsible = labels_of(robot), robot.responsible
    return {
        "name": robot.name,
        "login": robot.login_name,
        "level": "project" if robot.project else "organization",
        "description": robot.description,
        **{name: text for name, text in robot.texts.items() if text},
        "expires_at": robot.expires_at,
        **({"responsible": responsible.user.email} if responsible else {}),
        **({"labels": labels} if labels else {}),
    }


def disable_robot(*, actor: Actor, robot: Robot) -> Robot:
    """Stop the robot at once, reversibly. Disabling a disabled robot changes nothing."""
    with changing(robot.organization) as chain:
        robot = robot.refetch()
        require(actor, Permission.ROBOT_UPDATE, robot)
        switch(chain, actor, robot, disabled=True)
    return robot


def enable_robot(*, actor: Actor, robot: Robot) -> Robot:
    """Let a disabled robot work again; the actor must hold what that confers."""
    with changing(robot.organization) as chain:
        robot = robot.refetch()
        require(actor, Permission.ROBOT_UPDATE, robot)
        switch(chain, actor, robot, disabled=False)
    return robot


def switch(chain: Chain, actor: Actor, robot: Robot, *, disabled: bool) -> None:
    """Stop the robot or let it work again, which confers what it holds: part of a change under way."""
    if not disabled:
        robot.require_to_confer(actor)
    if disabled == bool(robot.disabled_at):
        return
    robot.save(update_fields=robot.switched(disabled=disabled, now=timezone.now()))
    before, after = ("enabled", "disabled") if disabled else ("disabled", "enabled")
    record(
        chain,
        actor=actor,
        action="robot:disabled" if disabled else "robot:enabled",
        target=robot,
        before={"state": before},
        after={"state": after},
    )


def delete_robot(*, actor: Actor, robot: Robot) -> None:
    """End the robot, its tokens and its grants for good. Its name is free again at once."""
    with changing(robot.organization) as chain:
        robot = robot.refetch()
        require(actor, Permission.ROBOT_DELETE, robot)
        before = as_recorded(robot)
        before["tokens"] = end_robot(robot)
        record(chain, actor=actor, action="robot:deleted", target=robot, before=before)


def end_robot(robot: Robot) -> list[str]:
    """End a robot with its tokens, trusts, grants and places in teams; return the tokens' names."""
    now = timezone.now()
    names = list(
        Token.objects.living().filter(robot=robot).order_by("name").values_list("name", flat=True)
    )
    Token.objects.filter(robot=robot, revoked_at=None).update(revoked_at=now)
    RobotGrant.objects.filter(robot=robot).delete()
    TeamRobot.objects.filter(robot=robot).delete()
    RobotLabel.objects.filter(robot=robot).delete()
    robot.deleted_at, robot.responsible = now, None
    robot.save(update_fields=["deleted_at", "responsible"])
    search.remove(robot)
    return names
