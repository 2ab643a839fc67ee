"""An installation in production, and what a browser gets there in a day: a process of its own.

Names of cookies and all that hangs on https is decided when the settings are read.
"""

import json
import sys
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.test import Client  # noqa: E402

from robots.accounts.services.robots import create_robot  # noqa: E402
from robots.server.preparation import prepare  # noqa: E402
from robots.tokens.services.handovers import create_link  # noqa: E402
from robots.tokens.services.tokens import create_token  # noqa: E402
from teams.models import Membership, User  # noqa: E402
from tests.factories import OrganizationFactory  # noqa: E402
from tests.front import ask  # noqa: E402

PASSWORD = "a long enough phrase"  # a throw-away one, for tests alone


class Day:
    """One browser, and everything that it got."""

    def __init__(self) -> None:
        self.client = Client(SERVER_NAME="roster.example.com")
        self.got: list[dict[str, Any]] = []

    def ask(self, method: str, path: str, **data: str) -> Any:
        send = self.client.get if method == "GET" else self.client.post
        answer = send(path, data, secure=True)
        lines = [morsel.OutputString() for morsel in answer.cookies.values()]
        headers = {name.lower(): value for name, value in answer.items()}
        self.note(f"{method} {path}", answer.status_code, headers, lines)
        return answer

    def note(self, where: str, status: int, headers: dict[str, str], cookies: list[str]) -> None:
        self.got.append({"where": where, "status": status, "headers": headers, "cookies": cookies})


def link_of(owner: User, organization: Any) -> str:
    """The path of a one-time link to a new secret."""
    robot = create_robot(actor=owner, organization=organization, name="ci")
    token = create_token(actor=owner, robot=robot, name="nightly", kind="compact").token
    link = create_link(actor=owner, token=token, purpose="refresh", kind="compact")
    return f"/handover/{link.handover.uuid}/{link.key.reveal()}/"


def main() -> list[dict[str, Any]]:
    prepare()
    organization = OrganizationFactory(slug="acme")
    owner = User.objects.create_user("owner@example.com", PASSWORD)
    Membership.objects.create(organization=organization, user=owner, role="owner")
    day = Day()
    day.ask("GET", "/sign-in/")
    day.ask("POST", "/sign-in/", login=owner.email, password=PASSWORD)
    day.ask("GET", "/o/acme/")
    day.ask("POST", "/theme/", theme="dark", next="/")
    day.ask("POST", "/o/acme/projects/new/", slug="billing", name="Billing")
    day.ask("GET", link_of(owner, organization))
    day.ask("GET", "/static/console/css/console.css")
    day.ask("GET", "/nothing-here/")
    day.ask("GET", "/api/v1/me/")
    day.ask("POST", "/sign-out/")
    for path in settings.FRONT_ROUTES:
        found = ask(path)
        day.note(path, found.status, {name.lower(): it for name, it in found.headers.items()}, [])
    return day.got


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main()) + "\n")
