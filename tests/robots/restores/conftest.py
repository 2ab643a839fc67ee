"""What of acme a backup brings back."""

import pytest

from tests.conftest import Cast
from tests.stage import Stage


@pytest.fixture
def stage(furnished: Cast) -> Stage:
    return Stage(furnished)
