"""Whoever signs in."""

import pytest

from teams.models import User
from tests.factories import PASSWORD, UserFactory


@pytest.fixture
def person(db: None) -> User:
    made: User = UserFactory(email="person@example.com", password=PASSWORD)
    return made
