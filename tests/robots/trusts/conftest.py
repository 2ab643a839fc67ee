"""What the tests of trusts begin with."""

import pytest

from robots.secrets import signing_keys
from tests.issuers import issuer  # noqa: F401 - a fixture
from tests.robots.trusts.foreign import Issuer


@pytest.fixture(autouse=True)
def _fresh_keys() -> None:
    """Those that another test made went with its rows."""
    signing_keys.forget()


@pytest.fixture
def signer() -> Issuer:
    """An issuer that nobody asks: its keys are pasted."""
    return Issuer()
