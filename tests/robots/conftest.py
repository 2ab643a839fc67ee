"""What every test of robots begins with."""

import pytest

from robots.usage import counters


@pytest.fixture(autouse=True)
def nothing_waits() -> None:
    """What another test used is not counted in this one."""
    counters.take()
