"""What every test of robots begins with."""

import pytest

from robots import usage


@pytest.fixture(autouse=True)
def nothing_waits() -> None:
    """What another test used is not counted in this one."""
    usage.take()
