"""Second factors as tests set them up and use them."""

import contextlib
import json
import re
import time
from html import unescape
from typing import Any

from django.core.exceptions import ValidationError
from django.test import Client

from teams.models import User
from teams.sign_in.codes import PERIOD, code_at, new_seed
from teams.sign_in.services.factors import add_app
from tests.authenticators import Passkey
from tests.browsers import browser, text

# Passkeys are made for names, not for addresses.
HOST = "localhost:8000"
ORIGIN = f"http://{HOST}"


def code(seed: str, steps: int = 0) -> str:
    """What an app shows now, or some steps of 30 seconds later."""
    return code_at(seed, int(time.time()) // PERIOD + steps)


def with_app(user: User, here: Client | None = None) -> tuple[str, list[str]]:
    """An app, whose code of the step before was the first; its seed and the recovery codes. Whoever is signed
    in elsewhere than `here` is signed out.
    """
    seed, keep = new_seed(), here.session.session_key if here else None
    # Refused if a step of 30 seconds has passed since the code was made.
    with contextlib.suppress(ValidationError):
        return seed, add_app(actor=user, seed=seed, code=code(seed, -1), keep=keep)
    return seed, add_app(actor=user, seed=seed, code=code(seed, -1), keep=keep)


def visitor(user: User | None = None, **options: Any) -> Client:
    """A browser at the installation's own name."""
    return browser(user, confirmed=user is not None, headers={"Host": HOST}, **options)


def question_of(page: Any) -> dict[str, Any]:
    """What the page's form asks a passkey."""
    (asked,) = re.findall(r'data-passkey="([^"]+)"', text(page))
    question: dict[str, Any] = json.loads(unescape(asked))
    return question if "publicKey" in question else {"publicKey": question}


def with_passkey(user: User, name: str = "laptop", **changes: Any) -> Passkey:
    """A passkey, added on the page for it."""
    client, passkey = visitor(user), Passkey(ORIGIN, **changes)
    answer = send_new(client, passkey, name)
    assert answer.status_code == 200
    return passkey


def send_new(client: Client, passkey: Passkey, name: str = "laptop") -> Any:
    page = "/account/security/passkeys/new/"
    made = passkey.made(question_of(client.get(page)))
    return client.post(page, {"name": name, "credential": json.dumps(made)}, follow=True)


def asked(client: Client) -> dict[str, Any]:
    """What the sign-in page asks any passkey."""
    question: dict[str, Any] = client.get(
        "/sign-in/passkey/", headers={"Accept": "application/json"}
    ).json()["request_options"]
    return question


def enter(client: Client, said: dict[str, Any], **more: str) -> Any:
    return client.post("/sign-in/passkey/", {"credential": json.dumps(said)} | more)
