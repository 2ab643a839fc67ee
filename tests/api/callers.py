"""Who asks the API, and how: with a session, or with a token as Bearer or Basic."""

import uuid
from typing import Any

from django.test import Client

from console import keyring
from robots.base.credentials import PURPOSE, digest, mint_compact
from robots.models import Robot, Secret, Token
from teams.models import User
from tests.api.bodies import Example
from tests.browsers import CheckedClient, browser
from tests.front import basic

WAYS = ("session", "bearer", "basic")


def token_of(owner: Robot | User, **columns: Any) -> tuple[Token, str]:
    """A compact token of a robot or person, and its secret."""
    whose: dict[str, Any] = {"robot": owner} if isinstance(owner, Robot) else {"user": owner}
    name = columns.pop("name", f"t{uuid.uuid4().hex[:12]}")
    token = Token.objects.create(name=name, created_by=owner.actor_label, **whose, **columns)
    plaintext, number = mint_compact().reveal(), keyring.current()
    Secret.objects.create(
        token=token,
        kind="compact",
        root_number=number,
        created_by=owner.actor_label,
        digest=digest(plaintext, keyring.key(PURPOSE.decode(), number)),
    )
    return token, plaintext


def bearer(secret: str) -> Client:
    """A client that sends the secret as Bearer."""
    return CheckedClient(headers={"Authorization": f"Bearer {secret}"})


def with_basic(username: object, secret: str) -> Client:
    """A client that sends user name and secret as Basic."""
    return CheckedClient(headers={"Authorization": basic(str(username), secret)})


class Caller:
    """Somebody who asks in each of the ways that they can."""

    def __init__(self, owner: Robot | User | None) -> None:
        self.clients: dict[str, Client] = {}
        if owner is None or isinstance(owner, User):
            self.clients["session"] = browser(owner, confirmed=owner is not None)
        if owner is not None:
            token, secret = token_of(owner)
            self.clients["bearer"] = bearer(secret)
            self.clients["basic"] = with_basic(token.uuid, secret)


def send(client: Client, example: Example) -> Any:
    """The answer to one request."""
    body = (
        {"data": example.body, "content_type": "application/json"}
        if example.body is not None
        else {}
    )
    return getattr(client, example.method.lower())(example.address, **body)
