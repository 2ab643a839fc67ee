"""Ends tokens in every way and asks who still takes them: functions by name, as `actions` has them."""

import json
import sys
from collections.abc import Callable
from functools import partial

import django

django.setup()

from console.models import Organization, Project, Service  # noqa: E402
from console.permissions.decision import Actor  # noqa: E402
from console.services.services import create_service, create_service_secret  # noqa: E402
from robots.models import Robot, Token  # noqa: E402
from robots.tokens.services.addresses import change_token_addresses  # noqa: E402
from robots.tokens.services.secrets import refresh_token  # noqa: E402
from robots.tokens.services.suspension import disable_token  # noqa: E402
from robots.tokens.services.tokens import create_token, delete_token  # noqa: E402
from teams.models import Membership  # noqa: E402
from tests.interop.api_server import token_review  # noqa: E402
from tests.interop.processes import fetch  # noqa: E402

SCOPE = "/service/token?service=registry&scope=repository:acme/payments/api:pull"
REVIEW = "/kubernetes/token-review"
# Enough that every thread of every worker has answered, and remembers the token; of the API not so often that
# it takes the refusals for guesses.
ASKED = [SCOPE] * 20 + [REVIEW] * 20 + ["/api/v1/me/"]


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
    project = Project.objects.get(organization__slug="acme", slug="payments")
    owner = Membership.objects.get(organization=project.organization, role="owner").user
    robot = project.robots.get(name="builder")
    ask = partial(_ask, origin, _cluster(owner, project.organization))
    return {
        how: [
            status
            for number in range(rounds)
            for status in _end_one(ask, owner, robot, f"{how}-{number}", how)
        ]
        for how in ENDS
    }


def _cluster(owner: Actor, organization: Organization) -> str:
    """The secret of a cluster."""
    service = Service.objects.filter(kind="cluster").first() or create_service(
        actor=owner, organization=organization, kind="cluster", name="ending"
    )
    return create_service_secret(actor=owner, service=service).plaintext.reveal()


def _ask(origin: str, cluster: str, path: str, secret: str) -> int:
    """The status; of a cluster's question 401 for whom it is told that nobody came."""
    if path != REVIEW:
        return fetch(origin + path, {"Authorization": f"Bearer {secret}"})[0]
    headers = {"Authorization": f"Bearer {cluster}", "Content-Type": "application/json"}
    status, body = fetch(origin + path, headers, json.dumps(token_review(secret)).encode())
    return 401 if status == 200 and not json.loads(body)["status"]["authenticated"] else status


def _end_one(
    ask: Callable[[str, str], int], owner: Actor, robot: Robot, name: str, how: str
) -> list[int]:
    minted = create_token(actor=owner, robot=robot, name=name, kind="compact")
    secret = minted.plaintext.reveal()
    assert {ask(path, secret) for path in ASKED} == {200}
    ENDS[how](owner, minted.token)
    return [ask(path, secret) for path in ASKED]


if __name__ == "__main__":
    answer = globals()[sys.argv[1]](**json.loads(sys.argv[2]))
    sys.stdout.write(f"\n{json.dumps(answer)}\n")
