"""The addresses of trusts' pages, and what their form is sent."""

from typing import Any

from django.test import Client
from django.urls import reverse

from console.permissions.roles import BUILTIN_ROLES, Scope
from robots.base.trust_presets import PRESETS
from robots.models import Robot, RobotGrant, Trust
from tests.browsers import CheckedClient
from tests.conftest import Cast
from tests.unchanged import form_to

GITHUB = PRESETS["github"].issuer
# What a browser sends of a GitHub rule that warns of nothing.
SENT = {
    "name": "release",
    "issuer": GITHUB,
    "audience": "https://roster.example.com/robots",
    "key_source": "issuer",
    "claim-repository_id": "74",
    "claim-environment": "production",
    "lifetime_minutes": "15",
    "expiry": "never",
}
WIDE = SENT | {"claim-repository_id": "", "claim-environment": "", "claim-sub": "repo:acme/api:*"}


def address(robot: Robot, page: str, *more: object) -> str:
    return reverse(f"robots:{page}", args=[robot.organization.slug, robot.uuid, *more])


def creating(cast: Cast, preset: str = "github") -> str:
    """Where a trust of the cast's robot is made."""
    return address(cast.robot, "trust-create", preset)


def trusts_of(robot: Robot) -> list[Trust]:
    return list(Trust.objects.living().with_robot().filter(token__robot=robot).order_by("id"))


def only_trust(robot: Robot) -> Trust:
    [trust] = trusts_of(robot)
    return trust


def shown_form(client: Client, where: str) -> dict[str, Any]:
    """What a browser would send of the form at `where`, as it stands there."""
    return form_to(client.get(where), "post", where).data


def created(client: CheckedClient | Client, cast: Cast, **changes: object) -> Trust:
    """The trust that the form makes."""
    answer = client.post(creating(cast), SENT | changes)
    assert answer.status_code == 302, answer.content.decode()
    return only_trust(cast.robot)


def strengthen(cast: Cast) -> None:
    """Let the robot do much in Roster itself."""
    given = BUILTIN_ROLES[Scope.PROJECT, "admin"].permissions
    RobotGrant.objects.create(
        robot=cast.robot, organization=cast.organization, project=cast.project, permissions=given
    )
