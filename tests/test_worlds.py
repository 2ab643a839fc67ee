"""What tests begin with is of the day that the clock shows, and as it was made."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from robots.models import Robot
from tests.conftest import Cast


@pytest.fixture
def another_day(days: int) -> Iterator[None]:
    with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
        yield


@pytest.mark.parametrize("days", [1, 40, -1])
def test_a_world_is_of_the_day_that_the_clock_shows(
    days: int, another_day: None, furnished: Cast
) -> None:
    assert {row.created_at.date() for row in Robot.objects.all()} == {timezone.now().date()}
    assert furnished.token.created_at.date() == timezone.now().date()


@pytest.mark.parametrize("number", [1, 2])
def test_a_test_finds_what_none_before_it_has_changed(cast: Cast, number: int) -> None:
    assert (cast.robot.description, Robot.objects.get(pk=cast.robot.pk).description) == ("", "")
    cast.robot.description = f"changed by {number}"
    cast.robot.save()
