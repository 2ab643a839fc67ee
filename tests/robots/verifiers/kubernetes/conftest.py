"""What the tests of clusters begin with."""

import pytest

from robots.secrets import signing_keys
from tests.conftest import Cast
from tests.robots.verifiers.kubernetes.asking import proof, register


@pytest.fixture(autouse=True)
def _fresh_keys() -> None:
    """Those that another test made went with its rows."""
    signing_keys.forget()


@pytest.fixture
def cluster(cast: Cast) -> str:
    """The header of a cluster of the organization."""
    return proof(cast, register(cast, cast.organization))
