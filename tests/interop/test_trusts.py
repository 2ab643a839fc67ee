"""Other issuers' tokens at servers that share one installation: each is taken once, by one of them."""

import json
import threading
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.interop.postgresql import on_postgresql, postgresql
from tests.interop.processes import Installation, Serving, fetch, serving
from tests.robots.trusts.foreign import EXCHANGE, Issuer

AUDIENCE = "https://roster.example.com"
SCOPE = "/service/token?service=registry&scope=repository:acme/payments/api:pull"
AT_ONCE = 50


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def replicas(
    request: pytest.FixtureRequest, prepared_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[Installation]]:
    """One installation with several workers, or two that share a database."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            found = [Installation.copied(prepared_data, tmp_path_factory.mktemp("trusts"))]
        else:
            database = stack.enter_context(postgresql(tmp_path_factory.mktemp("database")))
            first = on_postgresql(database, tmp_path_factory.mktemp("first"))
            keyring = str(first.folder / "keyring.json")
            second = on_postgresql(database, tmp_path_factory.mktemp("second"))
            second.environment |= {"ROSTER_KEYRING_FILE": keyring, "ROSTER_ORIGIN": first.origin}
            found = [first, second]
        yield found


@pytest.fixture(scope="module")
def servers(replicas: list[Installation]) -> Iterator[list[Serving]]:
    with ExitStack() as stack:
        yield [stack.enter_context(serving(installation)) for installation in replicas]


@pytest.fixture(scope="module")
def trusted(servers: list[Serving], issuer: Issuer) -> dict[str, Any]:
    first = servers[0].installation
    first.do("furnish")
    rule = {"issuer": issuer.url, "audience": AUDIENCE, "claim": "sub", "value": "project:7"}
    made: dict[str, Any] = first.do("trust", keys=issuer.jwks, **rule)
    return made


def exchange(server: Serving, token: str) -> tuple[int, Any]:
    fields = EXCHANGE | {"audience": "registry", "subject_token": token}
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    status, body = fetch(
        f"{server.installation.origin}/oauth/token", form, urlencode(fields).encode()
    )
    return status, json.loads(body)


def at_once(servers: list[Serving], token: str) -> Counter[tuple[int, str]]:
    """How fifty exchanges of one token ended that began at the same moment, on all servers."""
    barrier, outcomes = threading.Barrier(AT_ONCE), Counter[tuple[int, str]]()

    def ask(server: Serving) -> None:
        barrier.wait()
        status, said = exchange(server, token)
        outcomes[status, str(said.get("error_description", "")).partition(":")[0]] += 1

    threads = [
        threading.Thread(target=ask, args=(servers[number % len(servers)],))
        for number in range(AT_ONCE)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_of_fifty_at_once_one_is_let_in_and_after_a_restart_none(
    servers: list[Serving], trusted: dict[str, Any], issuer: Issuer
) -> None:
    used = "this token was exchanged before"
    token = issuer.token(AUDIENCE)
    assert at_once(servers, token) == {(200, ""): 1, (400, used): AT_ONCE - 1}
    assert servers[0].installation.do("uses_of_trusts") == 1
    servers[0].stop()
    with serving(servers[0].installation) as again:
        assert exchange(again, token)[0] == 400
        assert exchange(again, issuer.token(AUDIENCE))[0] == 200
        logs_in_until_the_trust_is_gone([again, *servers[1:]], trusted, issuer)


def logs_in_until_the_trust_is_gone(
    servers: list[Serving], trusted: dict[str, Any], issuer: Issuer
) -> None:
    """A password that one server gave is taken by all, and by none once the trust is deleted."""
    _, said = exchange(servers[0], issuer.token(AUDIENCE))
    both = b64encode(f"{trusted['login_name']}:{said['access_token']}".encode()).decode()
    login = {"Authorization": f"Basic {both}"}
    asked = [f"{server.installation.origin}{SCOPE}" for server in servers] * 10
    assert {fetch(url, login)[0] for url in asked} == {200}
    servers[0].installation.do("end_trusts")
    assert {fetch(url, login)[0] for url in asked} == {401}
    assert {exchange(server, issuer.token(AUDIENCE))[0] for server in servers} == {400}
