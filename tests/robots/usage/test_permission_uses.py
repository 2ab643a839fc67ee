"""Uses of permissions: kept when they cannot be written, never back to an earlier day, gone in time."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection

from console.permissions.vocabulary import Permission
from robots.accounts.services.robots import delete_robot
from robots.jobs.purges import forget_deleted, roll_up_usage
from robots.models import PermissionUse, Robot
from robots.usage import counters
from robots.usage.counters import PermissionKey
from robots.usage.flush import flush
from tests.conftest import Cast

NOON = datetime(2031, 3, 3, 12, tzinfo=UTC)
TODAY = NOON.date()
DAY = timedelta(days=1)
PULL = Permission.ARTIFACT_PULL


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as moved:
        yield moved


def key(cast: Cast, permission: Permission = PULL) -> PermissionKey:
    return cast.robot.pk, cast.project.pk, cast.repository.pk, permission


def days() -> list[date]:
    return list(PermissionUse.objects.order_by("id").values_list("last_used_on", flat=True))


def test_the_day_moves_on(cast: Cast) -> None:
    for number in range(3):
        counters.exercised([key(cast)], TODAY + number * DAY)
        assert flush()
        assert days() == [TODAY + number * DAY]


def test_another_process_never_moves_it_back(cast: Cast) -> None:
    counters.exercised([key(cast)], TODAY)
    assert flush()
    counters._written.clear()  # another process has not written it
    counters.exercised([key(cast)], TODAY - DAY)
    assert flush()
    assert days() == [TODAY]


def test_what_cannot_be_written_waits_with_what_came_since(cast: Cast) -> None:
    first, second = key(cast), key(cast, Permission.TAG_CREATE)
    counters.exercised([first], TODAY)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE robots_permissionuse RENAME TO elsewhere")
    assert not flush()
    counters.exercised([second], TODAY + DAY)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE elsewhere RENAME TO robots_permissionuse")
    assert flush()
    assert sorted(days()) == [TODAY, TODAY + DAY]
    assert not counters.take()


def test_what_was_not_written_is_not_taken_for_written(cast: Cast) -> None:
    counters.exercised([key(cast)], TODAY)
    counters.take()  # and lost
    counters.exercised([key(cast)], TODAY)
    assert flush()
    assert days() == [TODAY]


def test_a_robot_that_is_gone_has_none(cast: Cast) -> None:
    robot, project, repository, permission = key(cast)
    counters.exercised([(robot + 1000, project, repository, permission), key(cast)], TODAY)
    assert flush()
    assert PermissionUse.objects.get().robot_id == robot


def test_memory_is_bounded(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counters, "MAX_WAITING", 3)
    robot, project, _, permission = key(cast)
    counters.exercised([(robot, project, number, permission) for number in range(10)], TODAY)
    assert flush()
    assert len(days()) == 3
    counters.exercised([(robot, project, number, permission) for number in range(9, 4, -1)], TODAY)
    assert flush()
    assert len(days()) == 6
    assert len(counters._written) <= 3


def test_a_use_goes_400_days_after_the_last_one(cast: Cast, clock: time_machine.Traveller) -> None:
    counters.exercised([key(cast)], TODAY)
    flush()
    clock.shift(400 * DAY)
    roll_up_usage()
    assert days() == [TODAY]
    clock.shift(DAY)
    roll_up_usage()
    assert days() == []


def test_uses_go_with_their_robot(cast: Cast, clock: time_machine.Traveller) -> None:
    counters.exercised([key(cast)], TODAY)
    flush()
    delete_robot(actor=cast.owner, robot=cast.robot)
    assert days() == [TODAY]  # a deleted robot account keeps its row for 90 days
    clock.shift(91 * DAY)
    forget_deleted()
    assert not Robot.objects.filter(pk=cast.robot.pk).exists()
    assert days() == []
