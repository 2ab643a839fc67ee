"""An OpenID Connect issuer on this machine: documents over HTTPS, and the tokens that it signs.

`from tests.issuers import issuer  # noqa: F401` in a conftest makes the fixture known there.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from joserfc.jwk import ECKey, Key
from pytest_django import Settings

from robots.base.jwt import Signer
from tests.https import Handler, Server, Visit, answer, authority

DISCOVERY, KEYS = "/.well-known/openid-configuration", "/keys"


class Issuer:
    """One with a key, `first`. What `answers` holds for a path is answered there instead of its documents."""

    def __init__(self) -> None:
        self.keys: list[Key] = []
        self.answers: dict[str, bytes | Handler] = {}
        self.server = Server(self._answer, authority().context())
        self.url = self.server.url("")
        self.add_key("first")

    def add_key(self, kid: str) -> None:
        """One more key that it publishes, and signs with from now on."""
        self.keys.append(ECKey.generate_key("P-256", {"kid": kid, "alg": "ES256", "use": "sig"}))

    def sign(self, claims: Mapping[str, Any], *, key: Key | None = None, **header: str) -> str:
        """A token with these claims, by the latest key unless another is given."""
        chosen = key or self.keys[-1]
        return Signer(str(chosen.kid), "ES256", chosen).sign({"iss": self.url, **claims}, **header)

    @property
    def asked(self) -> list[str]:
        """The paths that somebody asked for, in their order."""
        return [visit.target for visit in self.server.visits]

    @property
    def key_set(self) -> dict[str, Any]:
        return {"keys": [key.as_dict(private=False) for key in self.keys]}

    @property
    def configuration(self) -> dict[str, Any]:
        return {"issuer": self.url, "jwks_uri": self.url + KEYS}

    def say(self, path: str, **members: object) -> None:
        """Answer there with this document."""
        self.answers[path] = answer(200, json.dumps(members))

    def _answer(self, visit: Visit) -> None:
        documents = {DISCOVERY: self.configuration, KEYS: self.key_set}
        document = json.dumps(documents.get(visit.target))
        script = self.answers.get(visit.target, answer(200, document))
        visit.send(script) if isinstance(script, bytes) else script(visit)


@pytest.fixture
def issuer(settings: Settings) -> Iterator[Issuer]:
    """An issuer that Roster may ask."""
    settings.ROSTER_OUTGOING_NETWORKS = "127.0.0.1"
    settings.ROSTER_OUTGOING_CA_FILE = authority().file
    running = Issuer()
    yield running
    running.server.close()
