"""What tests of several verifiers begin with."""

import pytest
from pytest_django import Settings

from console.serving.callers import Proxies
from robots.secrets import signing_keys
from tests.conftest import Cast
from tests.robots.verifiers.proxied import PEER, Known, known_of
from tests.robots.verifiers.puller import Puller


@pytest.fixture
def listed(settings: Settings) -> None:
    """The proxy from which questions come is a listed one."""
    settings.PROXIES = Proxies(PEER)


@pytest.fixture
def known(cast: Cast) -> Known:
    """The organization's own robot, which holds nothing yet, with a token."""
    return known_of(cast)


@pytest.fixture
def fresh_keys() -> None:
    """Signing keys that another test made went with its rows."""
    signing_keys.forget()


@pytest.fixture
def puller(fresh_keys: None, cast: Cast) -> Puller:
    """A robot of the organization that may pull, which asks every verifier."""
    return Puller(cast, cast.organization)
