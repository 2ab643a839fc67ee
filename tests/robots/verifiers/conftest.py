"""What tests of several verifiers begin with."""

import pytest
from pytest_django import Settings

from console.serving.callers import Proxies
from tests.conftest import Cast
from tests.robots.verifiers.proxied import PEER, Known, known_of


@pytest.fixture
def listed(settings: Settings) -> None:
    """The proxy from which questions come is a listed one."""
    settings.PROXIES = Proxies(PEER)


@pytest.fixture
def known(cast: Cast) -> Known:
    """The organization's own robot, which holds nothing yet, with a token."""
    return known_of(cast)
