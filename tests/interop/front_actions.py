"""What a test of proxies that ask Roster does in its installation: run by name, as `actions`."""

import json
import sys
from typing import Any

import django

django.setup()

from console.models import Organization, Project, Service  # noqa: E402
from console.permissions.vocabulary import Permission  # noqa: E402
from console.services.services import create_service  # noqa: E402
from robots.accounts.services.robots import GrantRequest, create_robot  # noqa: E402
from robots.tokens.services.tokens import create_token  # noqa: E402
from teams.models import User  # noqa: E402
from tests.interop import actions  # noqa: E402

Made = dict[str, Any]
# What each robot may do in acme/payments.
ROBOTS = {
    "pusher": "artifact:push tag:create",
    "copier": "artifact:push",
    "puller": "artifact:pull",
    "cleaner": "artifact:pull artifact:delete tag:delete",
    "harbor": "tag:create label:create scan:create chart:read chart:create chart:delete",
}


def furnish() -> Made:
    """What `actions` furnishes, with a robot for each line of `ROBOTS` and a service for each proxy."""
    actions.furnish()
    owner, organization = User.objects.get(), Organization.objects.get(slug="acme")
    for proxy in Service.Proxy.values:
        create_service(
            actor=owner,
            organization=organization,
            name=proxy,
            kind="proxy",
            host="registry.example.com",
            proxy=proxy,
        )
    return {name: _robot(name, permissions) for name, permissions in ROBOTS.items()}


def _robot(name: str, permissions: str) -> Made:
    owner, place = (
        User.objects.get(),
        Project.objects.get(organization__slug="acme", slug="payments"),
    )
    robot = create_robot(
        actor=owner,
        organization=place.organization,
        project=place,
        name=name,
        grants=[GrantRequest(place, frozenset(map(Permission, permissions.split())))],
    )
    minted = create_token(actor=owner, robot=robot, name="first", kind="compact")
    return {"login_name": robot.login_name, "secret": minted.plaintext.reveal()}


if __name__ == "__main__":
    answer = globals()[sys.argv[1]](**json.loads(sys.argv[2]))
    sys.stdout.write(f"\n{json.dumps(answer)}\n")
