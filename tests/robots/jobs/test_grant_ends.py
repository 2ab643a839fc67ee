"""Grants that end by themselves: who is told when, and what the job takes away."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from console.jobs.running import all_jobs
from console.models import Notice, OutgoingMail
from robots.accounts.services.editing import update_robot
from robots.jobs.grant_ends import end_grants
from robots.models import RobotGrant
from teams.grants.services import GrantSpec, change_grant, give
from teams.models import Membership, UserGrant
from teams.models.grants import AccessGrant, GrantHolder
from tests.actors import events_written
from tests.conftest import Cast
from tests.team_fixtures import crew_of

pytestmark = pytest.mark.usefixtures("clock")
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


def given(cast: Cast, holder: GrantHolder, days: int) -> AccessGrant:
    spec = GrantSpec(
        cast.organization,
        cast.project,
        role="repository:read",
        expires_at=timezone.now() + days * DAY,
    )
    return give(actor=cast.owner, holder=holder, spec=spec)


def told() -> list[str]:
    """The kinds of what was told, in order."""
    return list(Notice.objects.order_by("id").values_list("kind", flat=True))


def letters() -> list[str]:
    return list(OutgoingMail.objects.order_by("id").values_list("recipient", flat=True))


def test_it_is_told_14_and_3_days_before_and_at_the_end_once_each(
    cast: Cast, clock: time_machine.Traveller
) -> None:
    given(cast, cast.organization_robot, 30)
    begin = timezone.now()
    days: list[int] = []
    for left in (17, 14, 13, 3, 2, 0):
        for by in (-SECOND, timedelta(), SECOND):
            clock.move_to(begin + (30 - left) * DAY + by)
            end_grants()
            end_grants()
            days += [left] * (len(told()) - len(days))
    assert list(zip(days, told(), strict=True)) == [
        (14, "grant.ending"),
        (3, "grant.ending"),
        (0, "grant.ended"),
    ]
    assert letters() == ["owner@example.com"] * 3


@pytest.mark.parametrize(("life", "expected"), [(14, 1), (10, 1), (3, 0), (1, 0)])
def test_what_is_given_for_a_short_time_is_not_announced_at_once(
    cast: Cast, clock: time_machine.Traveller, life: int, expected: int
) -> None:
    given(cast, cast.organization_robot, life)
    end_grants()
    assert told() == []
    clock.move_to(timezone.now() + life * DAY - SECOND)
    end_grants()
    assert told() == ["grant.ending"] * expected


def test_after_days_without_the_job_only_the_nearest_goes_out(
    cast: Cast, clock: time_machine.Traveller
) -> None:
    given(cast, cast.organization_robot, 30)
    clock.move_to(timezone.now() + 28 * DAY)
    end_grants()
    assert told() == ["grant.ending"]
    clock.move_to(timezone.now() + 30 * DAY)
    end_grants()
    assert told() == ["grant.ending", "grant.ended"]


def test_a_later_end_is_announced_anew(cast: Cast, clock: time_machine.Traveller) -> None:
    grant = given(cast, cast.organization_robot, 20)
    for _ in range(2):
        clock.move_to(timezone.now() + 10 * DAY)
        end_grants()
        end = timezone.now() + 20 * DAY
        grant = change_grant(actor=cast.owner, grant=grant, expires_at=end)
    assert told() == ["grant.ending"] * 2


def test_what_has_ended_is_taken_away_with_an_event_by_roster(
    cast: Cast, clock: time_machine.Traveller
) -> None:
    grant = given(cast, cast.organization_robot, 1)
    given(cast, cast.member, 2)
    clock.move_to(timezone.now() + DAY)
    with events_written() as events:
        assert [end_grants(), end_grants()] == [1, 0]
    [event] = events
    assert (event.action, event.actor_label) == ("grant:ended", "Roster")
    assert (event.target_uuid, event.before["gives"]) == (grant.uuid, "read")
    assert not RobotGrant.objects.filter(pk=grant.pk).exists()
    assert UserGrant.objects.filter(user=cast.member).count() == 1


def test_it_is_told_to_whoever_is_responsible(cast: Cast, clock: time_machine.Traveller) -> None:
    robot, member = cast.organization_robot, cast.member
    responsible = Membership.objects.get(user=member)
    update_robot(actor=cast.owner, robot=robot, responsible=responsible)
    for holder in (robot, crew_of(cast).team, cast.member):
        given(cast, holder, 1)
    clock.move_to(timezone.now() + DAY)
    end_grants()
    titles = {it.title: it.readers.count() for it in Notice.objects.all()}
    place = "Read on acme/payments has ended for"
    assert titles == {
        f"{place} the robot account {robot.shown_name}": 1,
        f"{place} the team build": 1,
        f"{place} {member.shown_name}": 1,
    }
    assert set(letters()) == {"lead@example.com", "member@example.com"}


def test_the_job_runs_every_minute() -> None:
    (job,) = [job for job in all_jobs() if job.name == "end-grants"]
    assert job.every == timedelta(minutes=1)
