"""Asking for the keys of an issuer, and what is said where there are none."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from joserfc.jwk import Key

from robots.trusts.issuers import KeysFault, keys_for, keys_of
from tests.https import Visit, answer
from tests.issuers import DISCOVERY, KEYS, Issuer

ONCE = [DISCOVERY, KEYS]
LONG = 30.0


def kids(issuer: Issuer) -> list[str | None]:
    return [key.kid for key in keys_of(issuer.url, seconds=LONG).keys]


def fault(url: str, seconds: float = LONG) -> KeysFault:
    with pytest.raises(KeysFault) as raised:
        keys_of(url, seconds=seconds)
    assert str(raised.value) == raised.value.reason
    return raised.value


def fitting(issuer: Issuer, kid: str | None, algorithm: str = "ES256") -> tuple[Key, ...]:
    """The keys for a token, however long the machine takes to get them."""
    return keys_for(issuer.url, kid, algorithm, seconds=LONG)


def unknown(issuer: Issuer, kid: str = "unknown", seconds: float = LONG) -> KeysFault:
    with pytest.raises(KeysFault) as raised:
        keys_for(issuer.url, kid, "ES256", seconds=seconds)
    return raised.value


@contextmanager
def held_back(issuer: Issuer) -> Iterator[None]:
    """Everybody waits for its answer, until the block ends."""
    gate = threading.Event()

    def wait(visit: Visit) -> None:
        gate.wait()
        visit.send(answer(200, json.dumps(issuer.configuration)))

    issuer.answers[DISCOVERY] = wait
    yield
    del issuer.answers[DISCOVERY]
    gate.set()
