"""Limits with Redis, without it, and while it goes: they go on counting, nothing opens, nothing is 500."""

import json
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.interop.console import Console, Refused
from tests.interop.processes import Installation, Serving, eventually, fetch, serving
from tests.interop.redis import redis

PASSWORD, WRONG = "a long enough phrase", "not the password"
NOBODY = "redis://127.0.0.1:1/0"


@pytest.fixture
def own(prepared_data: Path, tmp_path: Path) -> Installation:
    """With one worker, so that it is known who counts."""
    return Installation.copied(prepared_data, tmp_path / "roster", ROSTER_WORKERS="1")


def owner_of(installation: Installation, slug: str) -> str:
    email: str = installation.do("organization", slug=slug, password=PASSWORD)["owner"]
    return email


def readiness(installation: Installation) -> tuple[int, Any]:
    status, body = fetch(f"{installation.origin}/readyz")
    return status, json.loads(body)


def said_to(installation: Installation, email: str, password: str) -> str:
    """The page that follows a try to sign in."""
    console = Console(installation.origin, "acme")
    try:
        return console.sign_in(email, password)
    except Refused as refused:
        return refused.page


def guesses_before_the_lock_out(installation: Installation, email: str) -> int:
    """How many wrong passwords are looked at before there may be no more."""
    tries = (said_to(installation, email, WRONG) for _ in range(20))
    return next(number for number, page in enumerate(tries) if "Too many failed attempts" in page)


def left_of_the_api(installation: Installation, secret: str) -> int:
    """How many requests the answer's header says are left in this minute."""
    bearer = {"Authorization": f"Bearer {secret}"}
    request = urllib.request.Request(f"{installation.origin}/api/v1/me/", headers=bearer)
    with urllib.request.urlopen(request) as answer:
        return int(answer.headers["RateLimit"].partition("r=")[2].partition(";")[0])


def everything_works(installation: Installation, slug: str) -> None:
    """Somebody signs in and out, asks for a new password, and is kept out after wrong ones."""
    email = owner_of(installation, slug)
    console = Console(installation.origin, slug)
    console.sign_in(email, PASSWORD)
    assert "Robots" in console.page("robots/")
    console.confirm()
    console.ask("/sign-out/", {})
    console.ask("/password/")
    console.ask("/password/", {"email": email})
    assert guesses_before_the_lock_out(installation, email) == 5


def test_a_redis_that_was_never_there(own: Installation) -> None:
    own.environment["ROSTER_REDIS_URL"] = NOBODY
    with serving(own) as server:
        assert readiness(own) == (200, {"status": "ok", "degraded": ["redis"]})
        secret = own.do("furnish")["secret"]
        # Not at once where a minute ends in between.
        eventually(lambda: left_of_the_api(own, secret) > left_of_the_api(own, secret), "it counts")
        everything_works(own, "globex")
        assert readiness(own) == (200, {"status": "ok", "degraded": ["redis"]})
        lines = failures(server)
    # The preparation, and the worker.
    assert len(lines) == 2


def failures(server: Serving) -> list[str]:
    """The lines about Redis; no other fault is in the log."""
    assert '"level": "error"' not in server.output
    assert "Traceback" not in server.output
    return [line for line in server.output.splitlines() if "redis does not answer" in line]


@pytest.mark.parametrize("how", ["stop", "freeze"])
def test_a_redis_that_goes(own: Installation, tmp_path: Path, how: str) -> None:
    with redis(tmp_path) as database:
        own.environment["ROSTER_REDIS_URL"] = database.url
        with serving(own) as server:
            assert readiness(own) == (200, {"status": "ok"})
            everything_works(own, "acme")
            getattr(database, how)()
            everything_works(own, "globex")
            assert readiness(own) == (200, {"status": "ok", "degraded": ["redis"]})
            assert len(failures(server)) == 1
            database.stop()
            database.start()
            eventually(lambda: readiness(own) == (200, {"status": "ok"}), "it is used again")
            everything_works(own, "initech")
            server.require_said("redis answers again")
