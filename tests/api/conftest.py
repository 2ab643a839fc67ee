"""Who asks."""

import pytest
from django.test import Client

from tests.api.callers import bearer, token_of
from tests.conftest import Cast


@pytest.fixture
def api(furnished: Cast) -> Client:
    return bearer(token_of(furnished.owner)[1])
