"""Making one-time links through the pages, and following them."""

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.test import Client
from django.urls import reverse

from robots.usage.counters import Use
from robots.verifiers.authentication import authenticate
from robots.verifiers.credential import Credential
from tests.browsers import text, texts_of
from tests.conftest import Cast

ALL = ("token-create", "token-rotate", "token-refresh")


def address(cast: Cast, name: str, *more: object) -> str:
    return reverse(f"robots:{name}", args=["acme", cast.robot.uuid, *more])


def create_form(**changes: object) -> dict[str, object]:
    known = {"name": "fresh", "expiry": "never", "kind": "compact", "request_key": uuid4()}
    return known | {"delivery": "link", "life": "24h"} | changes


def secret_form(cast: Cast, **changes: object) -> dict[str, object]:
    live = cast.token.secrets.live().first()
    known = {"kind": "compact", "request_key": uuid4(), "current": live and live.pk}
    return known | {"delivery": "link", "life": "24h"} | changes


def link_on(page: Any) -> str:
    """The path of the link that the page shows once."""
    (link,) = texts_of(page, id="secret")
    assert link.startswith(f"{settings.ROSTER_ORIGIN}/handover/")
    return link.removeprefix(settings.ROSTER_ORIGIN)


def made(client: Client, cast: Cast, name: str = "token-create", **changes: object) -> str:
    if name == "token-create":
        return link_on(client.post(address(cast, name), create_form(**changes)))
    where = address(cast, name, cast.token.uuid)
    return link_on(client.post(where, secret_form(cast, **changes)))


def opened(client: Client, link: str) -> Any:
    """Follow the link and press the button."""
    asked = client.get(link, follow=True)
    assert asked.status_code == 200, text(asked)
    return client.post(asked.redirect_chain[-1][0])


def works(secret: str) -> bool:
    return isinstance(authenticate(None, secret, Use("test")), Credential)
