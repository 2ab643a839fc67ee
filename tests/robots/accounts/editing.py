"""The page that edits a robot: opening it, saving it with changes, and what the robot holds then."""

import re
from collections import defaultdict
from typing import Any

from django.test import Client

from console.permissions.vocabulary import Permission
from robots.models import Robot, RobotGrant
from tests.browsers import text
from tests.conftest import Cast

PULL = frozenset({Permission.ARTIFACT_PULL})
PUSH = frozenset({Permission.ARTIFACT_PUSH}) | PULL


def page_of(robot: Robot, tab: str = "settings") -> str:
    return f"/o/acme/robots/{robot.uuid}/{tab}/"


def access(cast: Cast) -> str:
    return f"access-{cast.project.uuid}-choice"


def form(client: Client, robot: Robot, **changes: object) -> dict[str, object]:
    """What the page sends when nothing was touched, with `changes`."""
    page = text(client.get(page_of(robot)))
    chosen = re.findall(
        r'<select name="(\w[\w-]*)".*?<option value="([^"]*)" selected', page, re.DOTALL
    )
    ticked: defaultdict[str, list[str]] = defaultdict(list)
    for name, value in re.findall(r'name="(access-[^"]+)" value="([^"]+)" checked', page):
        ticked[name].append(value)
    seen = re.findall(r'name="seen" value="(\w+)"', page)[0]
    about = {"description": robot.description, "expiry": "keep", "seen": seen}
    return {**dict(chosen), **ticked, **about, **changes}


def save(client: Client, robot: Robot, **changes: object) -> Any:
    return client.post(page_of(robot), form(client, robot, **changes))


def held(robot: Robot) -> dict[str, list[str]]:
    return {
        grant.scope_label: [grant.role] if grant.role else sorted(grant.permissions)
        for grant in RobotGrant.objects.filter(robot=robot)
    }
