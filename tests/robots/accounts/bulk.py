"""Sending what is done to many robots at once, and reading what becomes of each."""

import re
from typing import Any

from django.test import Client

from robots.models import Robot
from tests.browsers import text, texts_of

ADDRESS = "/o/acme/robots/{}/"
VERBS = ("suspension", "resumption", "extension", "deletion", "settings", "refresh")


def ids(*robots: Robot) -> list[str]:
    return [str(robot.uuid) for robot in robots]


def send(client: Client, verb: str, robots: list[str], **more: object) -> Any:
    return client.post(ADDRESS.format(verb), {"robot": robots, **more})


def confirm(client: Client, verb: str, robots: list[str], **more: object) -> Any:
    return send(client, verb, robots, confirmed="on", **more)


def outcomes(page: Any) -> dict[str, str]:
    """What the page says becomes of each robot."""
    names = re.findall(r'class="entry-name"[^>]*>([^<]*)<', text(page))
    words = texts_of(page, "span", **{"class": "outcome"})
    return dict(zip(names, words, strict=True))


def states(page: Any) -> list[str]:
    """The state that the page shows of each robot."""
    return re.findall(r'class="state" data-kind="[a-z]+">([^<]*)<', text(page))


def hidden(page: Any, name: str) -> list[str]:
    """What the form that makes the change sends on."""
    before, mark, after = text(page).partition('name="confirmed"')
    return re.findall(rf'type="hidden" name="{name}" value="([^"]*)"', after if mark else before)
