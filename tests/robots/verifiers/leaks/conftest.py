"""What the tests of leak reports begin with."""

import pytest

from robots.secrets import signing_keys


@pytest.fixture(autouse=True)
def _fresh_keys() -> None:
    """Those that another test made went with its rows."""
    signing_keys.forget()
