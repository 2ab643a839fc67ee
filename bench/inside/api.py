"""Server time and queries of the REST API, reads and writes: `python -m bench.inside.api ANSWER`."""

import json
import sys
import uuid
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.inside.calls import Answer, Request, call, milliseconds
from console.models import Organization
from robots.base.robot_names import login_name
from robots.models import Robot, RobotGrant
from robots.tokens.services.tokens import create_token
from teams.models import User

TIMES = 20


def manager(organization: Organization) -> tuple[Robot, str]:
    """A robot that holds what an owner holds, and a secret of it."""
    owner = User.objects.order_by("pk")[0]
    name = f"manager-{uuid.uuid4().hex[:12]}"
    robot = Robot.objects.create(
        organization=organization,
        name=name,
        created_by=owner.email,
        login_name=login_name(organization.slug, "", name),
    )
    RobotGrant.objects.create(robot=robot, organization=organization, role="organization:owner")
    made = create_token(actor=owner, robot=robot, name="bench", kind="compact")
    return robot, made.plaintext.reveal()


def asker(secret: str) -> Callable[..., Answer]:
    """What sends a request with the secret as Bearer, and insists on an answer."""

    def ask(path: str, method: str = "GET", body: dict[str, Any] | None = None) -> Answer:
        content = json.dumps(body).encode() if body is not None else b""
        headers = {"authorization": f"Bearer {secret}"}
        if body is not None:
            headers |= {"content-type": "application/json", "content-length": str(len(content))}
        request = Request(path, method, headers, content)
        answer = call(request)
        if answer.status >= 300:
            raise SystemExit(f"{method} {path} answered {answer.status}: {answer.body!r}")
        return answer

    return ask


def _reads(at: str, robot: Robot) -> dict[str, tuple[Any, ...]]:
    return {
        "list of 50 robots": (f"{at}/robots/",),
        "list of 200 robots": (f"{at}/robots/?limit=200",),
        "robots, one in ten by text": (f"{at}/robots/?q=robot-0",),
        "one robot": (f"{at}/robots/{robot.uuid}/",),
        "tokens of a robot": (f"{at}/robots/{robot.uuid}/tokens/",),
        "explain": (f"{at}/explain/?permission=robot:create",),
    }


def _writes(at: str, robot: Robot) -> dict[str, tuple[Any, ...]]:
    """A body is a function: each time there is a new name in it."""
    own = f"{at}/robots/{robot.uuid}/"
    return {
        "create a robot": (f"{at}/robots/", "POST", lambda: {"name": f"r-{uuid.uuid4().hex}"}),
        "change a robot": (own, "PATCH", lambda: {"description": uuid.uuid4().hex}),
        "create a token, compact": (
            f"{own}tokens/",
            "POST",
            lambda: {"name": f"t-{uuid.uuid4().hex}", "kind": "compact"},
        ),
        "create a token, RS256": (
            f"{own}tokens/",
            "POST",
            lambda: {"name": f"t-{uuid.uuid4().hex}"},
        ),
    }


def operations(organization: Organization, manager: Robot) -> dict[str, tuple[Any, ...]]:
    """What is asked, by what it is called."""
    at = f"/api/v1/organizations/{organization.slug}"
    some = Robot.objects.living().filter(organization=organization, project=None).order_by("pk")[0]
    return _reads(at, some) | _writes(at, manager)


def _once(
    ask: Callable[..., Answer], path: str, method: str, body: Callable[[], dict[str, Any] | None]
) -> Answer:
    return ask(path, method, body())


def measured() -> list[dict[str, Any]]:
    """Each operation again and again."""
    organization = Organization.objects.order_by("pk")[0]
    robot, secret = manager(organization)
    ask, found = asker(secret), []
    for name, (path, *rest) in operations(organization, robot).items():
        method, body = rest or ("GET", lambda: None)
        once = partial(_once, ask, path, method, body)
        typical, longest = milliseconds(once, TIMES)
        with CaptureQueriesContext(connection) as captured:
            size = len(once().body)
        found.append(
            {
                "name": name,
                "milliseconds": typical,
                "longest": longest,
                "queries": len(captured),
                "size": size,
            }
        )
    return found


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(measured()))
