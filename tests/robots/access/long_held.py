"""Robots that hold what they hold for long, what they used of it, and what pages say of the rest."""

import re
from datetime import timedelta
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from console.models import Project, Repository
from robots.models import PermissionRecording, PermissionUse, Robot, RobotGrant, TeamRobot
from robots.queries.unused_permissions import unused_permissions
from teams.grants.services import GrantSpec, give
from teams.models import TeamGrant
from teams.models.grants import GrantHolder
from tests.browsers import text
from tests.conftest import Cast

LONG = 200


def recorded_for(days: int) -> None:
    """Uses are written down for so many days."""
    began_on = timezone.now().date() - timedelta(days=days)
    PermissionRecording.objects.update_or_create(defaults={"began_on": began_on})


def hold_for(robot: Robot, days: int = LONG) -> None:
    """All that the robot holds, it holds for so many days, and uses are written down for long."""
    recorded_for(LONG)
    moment = timezone.now() - timedelta(days=days)
    RobotGrant.objects.filter(robot=robot).update(created_at=moment)
    TeamGrant.objects.filter(team__robot_places__robot=robot).update(created_at=moment)
    TeamRobot.objects.filter(robot=robot).update(created_at=moment)


def use(
    robot: Robot, *permissions: str, at: Project | Repository | None = None, ago: int = 1
) -> None:
    """The robot used these there so many days ago."""
    project, repository = 0, 0
    if isinstance(at, Repository):
        project, repository = at.project_id, at.pk
    elif at:
        project = at.pk
    day = timezone.now().date() - timedelta(days=ago)
    for permission in permissions:
        PermissionUse.objects.update_or_create(
            robot=robot,
            project_id=project,
            repository_id=repository,
            permission=permission,
            defaults={"last_used_on": day},
        )


def own(
    cast: Cast, at: Project | Repository | None, holder: GrantHolder | None = None, **what: Any
) -> Any:
    """A grant, of the organization's robot unless told."""
    project = at.project if isinstance(at, Repository) else at
    repository = at if isinstance(at, Repository) else None
    spec = GrantSpec(cast.organization, project, repository, **what)
    return give(actor=cast.owner, holder=holder or cast.organization_robot, spec=spec)


def found(robot: Robot) -> dict[str, tuple[str, str]]:
    """By place what the grant gives, and what would be left."""
    return {
        it.grant.scope_label: (it.grant.what, it.left.role or " ".join(sorted(it.left.permissions)))
        for it in unused_permissions(robot, set()).grants
    }


def narrow_url(robot: Robot) -> str:
    return reverse("robots:robot-narrow", args=["acme", robot.uuid])


def seen(robot: Robot) -> dict[Any, str]:
    return {it.uuid: it.fingerprint for it in unused_permissions(robot, set()).own}


def values(page: Any) -> list[str]:
    """What the boxes of the form say."""
    return re.findall(r'name="grant" value="([^"]+)"', page.content.decode())


def access_page(client: Client, robot: Robot) -> str:
    return text(client.get(reverse("robots:robot-access", args=["acme", robot.uuid])))
