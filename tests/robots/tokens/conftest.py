"""Policies that tests hold tokens to."""

import pytest

from robots.models import TokenPolicy
from tests.conftest import Cast


@pytest.fixture
def ninety(cast: Cast) -> TokenPolicy:
    return TokenPolicy.objects.create(
        organization=cast.organization, maximum_days=90, default_days=60, never_allowed=False
    )
