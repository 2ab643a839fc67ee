"""Registries that tell."""

from datetime import timedelta

import pytest
from django.utils import timezone

from robots.models import Robot
from tests.conftest import Cast
from tests.robots.artifacts.telling import Registry


@pytest.fixture
def registry(cast: Cast) -> Registry:
    """The registry of the environment, which serves every organization, and whose robots are a week old."""
    Robot.objects.update(created_at=timezone.now() - timedelta(days=7))
    return Registry(cast)
