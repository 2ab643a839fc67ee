"""What the console's help says to type is what the command takes."""

import html
import re
import shlex

from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.api.callers import token_of
from tests.browsers import browser, text
from tests.cli.conftest import As
from tests.conftest import Cast


def first_session(client: Client) -> str:
    page = text(client.get(reverse("console:help")))
    found = re.search(r'<pre id="text-command".*?><code>(.*?)</code>', page, re.DOTALL)
    assert found
    return html.unescape(found[1])


def test_the_first_session_of_the_help_page(as_: As, cast: Cast, as_owner: Client) -> None:
    roster = as_(cast.owner)
    lines = first_session(as_owner)
    assert settings.ROSTER_ORIGIN in lines
    server = roster.config.read_text().split("server: ")[1].split()[0]
    typed = lines.replace(settings.ROSTER_ORIGIN, server)
    typed = typed.replace("ORGANIZATION", "acme").replace("PROJECT", "payments")
    typed = typed.replace(" create ci ", " create first ")
    login, robot = (shlex.split(line)[1:] for line in typed.splitlines())
    secret = token_of(cast.owner)[1]
    assert roster.good(*login, "-t", "-", typed=secret) == "owner@example.com logged in\n"
    assert roster.good(*robot) == "acme/payments/first created, with its token nightly\n"
    assert (roster.home / "nightly.json").exists()


def test_where_robots_begin_the_command_is_named(cast: Cast) -> None:
    owner = browser(cast.owner)
    for robot in cast.organization.robots.all():
        robot.delete()
    empty = text(owner.get(reverse("robots:robot-list", args=["acme"])))
    assert "roster robot create" in empty
    assert f"{reverse('console:help')}#command" in empty
    assert 'id="command"' in text(owner.get(reverse("console:help")))
    assert "roster robot create" in text(owner.get(reverse("robots:overview", args=["acme"])))


def test_creating_a_token_says_that_its_secret_cannot_be_recovered(as_: As, cast: Cast) -> None:
    roster = as_(cast.owner)
    create = ("robot", "token", "create", "ci", "--output")
    said = "The secret is given out once and cannot be recovered.\n"
    ran = roster(*create, "one.json", "one")
    assert (ran.code, ran.out) == (0, "acme/payments/ci/one created\n")
    assert ran.err == said
    assert roster(*create, "two.json", "two", "--quiet").err == ""
