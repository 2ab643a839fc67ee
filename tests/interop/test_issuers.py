"""An OpenID provider that nobody here wrote as the issuer of a trust, and its keys rotated."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.https import authority
from tests.interop.processes import Installation, Serving, serving
from tests.interop.provider import CLIENT, Provider, new_key
from tests.interop.test_trusts import AUDIENCE, exchange


@pytest.fixture
def provider(tmp_path: Path) -> Iterator[Provider]:
    running = Provider(tmp_path)
    yield running
    running.stop()


@pytest.fixture
def installation(prepared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    may_ask = {
        "ROSTER_OUTGOING_NETWORKS": "127.0.0.1",
        "ROSTER_OUTGOING_CA_FILE": str(authority().file),
    }
    folder = tmp_path_factory.mktemp("issuers")
    return Installation.copied(prepared_data, folder, ROSTER_WORKERS="1", **may_ask)


def status(server: Serving, token: str) -> int:
    return exchange(server, token)[0]


def test_a_providers_keys_are_rotated_while_its_tokens_are_exchanged(
    installation: Installation, provider: Provider
) -> None:
    first, second = new_key("first"), new_key("second")
    provider.start(first, second)
    with serving(installation) as server:
        installation.do("furnish")
        rule = {"audience": AUDIENCE, "claim": "client_id", "value": CLIENT}
        installation.do("trust", issuer=provider.issuer, **rule)
        assert status(server, provider.token(AUDIENCE)) == 200
        assert status(server, provider.token("https://other.example.com")) == 400
        unused = provider.token(AUDIENCE)
        provider.start(second)  # published beside the first one before, it signs from now on
        assert status(server, provider.token(AUDIENCE)) == 200
    with serving(installation) as server:  # which knows no keys, and finds the second one alone
        assert status(server, unused) == 400
        assert status(server, provider.token(AUDIENCE)) == 200
        provider.stop()
        assert status(server, unused) == 400
