"""Ends tokens in every way and asks who still takes them: functions by name, as `actions` has them."""

import json
import sys
from collections.abc import Callable

import django

django.setup()

from console.models import Project  # noqa: E402
from console.permissions.decision import Actor  # noqa: E402
from robots.models import Robot, Token  # noqa: E402
from robots.tokens.services.addresses import change_token_addresses  # noqa: E402
from robots.tokens.services.secrets import refresh_token  # noqa: E402
from robots.tokens.services.suspension import disable_token  # noqa: E402
from robots.tokens.services.tokens import create_token, delete_token  # noqa: E402
from teams.models import Membership  # noqa: E402
from tests.interop.processes import fetch  # noqa: E402

SCOPE = "/service/token?service=registry&scope=repository:acme/payments/api:pull"
# Enough that every thread of every worker has answered, and remembers the token; of the API not so often that
# it takes the refusals for guesses.
ASKED = [SCOPE] * 20 + ["/api/v1/me/"]


def _refresh(owner: Actor, token: Token) -> None:
    refresh_token(actor=owner, token=token, current=token.secrets.get().pk, kind="compact")


ENDS: dict[str, Callable[[Actor, Token], object]] = {
    "deleted": lambda owner, token: delete_token(actor=owner, token=token),
    "disabled": lambda owner, token: disable_token(actor=owner, token=token),
    "away": lambda owner, token: change_token_addresses(
        actor=owner, token=token, addresses="203.0.113.0/24"
    ),
    "refreshed": _refresh,
}


def end_and_ask(origin: str, rounds: int) -> dict[str, list[int]]:
    """The statuses of all that was asked after an end was committed, by how a token ended."""
    project = Project.objects.get(slug="payments")
    owner = Membership.objects.get(organization=project.organization, role="owner").user
    robot = project.robots.get(name="builder")
    return {
        how: [
            status
            for number in range(rounds)
            for status in _end_one(origin, owner, robot, f"{how}-{number}", how)
        ]
        for how in ENDS
    }


def _end_one(origin: str, owner: Actor, robot: Robot, name: str, how: str) -> list[int]:
    minted = create_token(actor=owner, robot=robot, name=name, kind="compact")
    asked = {"Authorization": f"Bearer {minted.plaintext.reveal()}"}
    assert {fetch(origin + path, asked)[0] for path in ASKED} == {200}
    ENDS[how](owner, minted.token)
    return [fetch(origin + path, asked)[0] for path in ASKED]


if __name__ == "__main__":
    answer = globals()[sys.argv[1]](**json.loads(sys.argv[2]))
    sys.stdout.write(f"\n{json.dumps(answer)}\n")
