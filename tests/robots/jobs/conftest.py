"""The moment at which tests of notices begin."""

from collections.abc import Iterator

import pytest
import time_machine

from robots.models import Token
from tests.conftest import Cast
from tests.robots.jobs.notices import DAY, NOW


@pytest.fixture
def clock(cast: Cast) -> Iterator[time_machine.Traveller]:
    """Noon; the token was made a year ago."""
    Token.objects.update(created_at=NOW - 365 * DAY)
    with time_machine.travel(NOW, tick=False) as moved:
        yield moved
