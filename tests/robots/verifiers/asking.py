"""Asking the registry token service, and reading what it signed."""

import base64
import json
from typing import Any
from urllib.parse import urlencode

from tests.conftest import Cast
from tests.front import Answer, ask, basic

URL = "/service/token"
FORM: dict[str, Any] = {"CONTENT_TYPE": "application/x-www-form-urlencoded"}
OWN = "repository:acme/payments/api"


def get(cast: Cast | None, *scopes: str, service: str = "registry", **extra: Any) -> Answer:
    query = urlencode([("service", service), *(("scope", scope) for scope in scopes)])
    authorization = basic(str(cast.token.uuid), cast.secret) if cast else None
    return ask(f"{URL}?{query}", authorization=authorization, **extra)


def post(**fields: str) -> Answer:
    body = urlencode({"service": "registry", "scope": f"{OWN}:pull"} | fields).encode()
    return ask(URL, "POST", body=body, **FORM)


def part(token: str, index: int) -> Any:
    text = token.split(".")[index]
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def claims(answer: Answer) -> Any:
    assert answer.status == 200, answer.body
    return part(answer.json["token"], 1)


def access(answer: Answer) -> dict[str, list[str]]:
    """What the token gives: actions by name."""
    return {row["name"]: row["actions"] for row in claims(answer)["access"]}
