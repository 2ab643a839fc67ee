"""The token service within this process: time and statements of one answer, and where it goes.

`python -m bench.inside.hot ANSWER`
"""

import base64
import functools
import json
import sys
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from typing import Any
from unittest import mock

from bench.data import KNOWN
from bench.inside.calls import Request, call, milliseconds
from console.databases.statements import Statement
from robots.models import SigningKey
from robots.secrets import signing_keys

TIMES = 2_000
SIGNATURES = 300


def token_request(login: list[str], service: str) -> Request:
    """One scope, push and pull, asked for with a user name and a secret."""
    user, secret, path = login
    credentials = base64.b64encode(f"{user}:{secret}".encode()).decode()
    asked = f"/service/token?service={service}&scope=repository:{path}:pull,push"
    return Request(asked, headers={"authorization": f"Basic {credentials}"})


def _figures(logins: list[list[str]], service: str) -> dict[str, float]:
    """Milliseconds (the median) and statements of one answer."""
    following = cycle([token_request(login, service) for login in logins])

    def ask() -> None:
        answer = call(next(following))
        if answer.status != 200:
            raise SystemExit(f"the token service answered {answer.status}: {answer.body!r}")

    return {"milliseconds": milliseconds(ask, TIMES)[0], "statements": statements_of(ask)}


def statements_of(action: Callable[[], object]) -> int:
    """How often `action` asks the database by the statements of the hot path."""
    with mock.patch.object(Statement, "rows", autospec=True, side_effect=Statement.rows) as counted:
        action()
    return counted.call_count


def hot(known: dict[str, Any]) -> dict[str, Any]:
    """Each kind of login, and what the signatures alone cost."""
    kinds = {kind: known[kind] for kind in ("signed", "compact", "wide") if known[kind]}
    found: dict[str, Any] = {
        kind: _figures(logins, known["service"]) for kind, logins in kinds.items()
    }
    for purpose in (SigningKey.Purpose.REGISTRY, SigningKey.Purpose.ROBOT_TOKENS):
        signer = signing_keys.current(purpose).signer
        claims = {"access": "x" * 300}
        signing = functools.partial(signer.sign, claims)
        found[signer.algorithm] = milliseconds(signing, SIGNATURES)[0]
    found["livez"] = milliseconds(lambda: call(Request("/livez")), TIMES)[0]
    return found


if __name__ == "__main__":
    answer = Path(sys.argv[1])
    answer.write_text(json.dumps(hot(json.loads(answer.with_name(KNOWN).read_text()))))
