"""What a test does in a cluster's database: functions by name, as tests/interop/actions.py has them."""

import json
import sys
from typing import Any

import django

django.setup()

from console.models import Project  # noqa: E402
from robots.accounts.services.robots import GrantRequest, create_robot  # noqa: E402
from robots.models import Robot  # noqa: E402
from robots.tokens.services.tokens import create_token  # noqa: E402
from teams.models import Membership, User  # noqa: E402
from tests.drills.cluster.people import PASSWORD  # noqa: E402
from tests.interop import actions  # noqa: E402

ROBOTS = 10


def furnish() -> dict[str, Any]:
    """acme/payments with a robot account; its owner, who can sign in and has a personal token."""
    made = actions.furnish()
    owner = User.objects.get(uuid=made["owner"])
    owner.set_password(PASSWORD)
    owner.save()
    return made | {"email": owner.email, "personal": actions.personal_token()["secret"]}


def tokens(name: str, count: int) -> list[dict[str, str]]:
    """So many tokens of a few new robot accounts in acme/payments."""
    project = Project.objects.get(organization__slug="acme", slug="payments")
    owner = Membership.objects.get(organization=project.organization, role="owner").user
    robots = [_robot(project, owner, f"{name}-{number}") for number in range(min(count, ROBOTS))]
    return [
        _token(owner, robots[number % len(robots)], f"{name}-{number}") for number in range(count)
    ]


def _robot(project: Project, owner: Any, name: str) -> Robot:
    return create_robot(
        actor=owner,
        organization=project.organization,
        project=project,
        name=name,
        grants=[GrantRequest(project, actions.PUSH_AND_PULL)],
    )


def _token(owner: Any, robot: Robot, name: str) -> dict[str, str]:
    minted = create_token(actor=owner, robot=robot, name=name, kind="compact")
    return {
        "address": f"/api/v1/organizations/acme/robots/{robot.uuid}/tokens/{minted.token.uuid}/",
        "access_id": str(minted.token.uuid),
        "login_name": robot.login_name,
        "secret": minted.plaintext.reveal(),
    }


def names(prefix: str) -> list[str]:
    """The robot accounts that are called so."""
    found = Robot.objects.living().filter(name__startswith=prefix)
    return list(found.values_list("name", flat=True))


if __name__ == "__main__":
    answer = globals()[sys.argv[1]](**json.loads(sys.argv[2]))
    sys.stdout.write(f"\n{json.dumps(answer)}\n")
