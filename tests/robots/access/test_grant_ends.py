"""Giving access until a day: on pages, in lists, and what happens when the same is given again."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from console import moments
from robots.access.services.matrix import LevelChange, change_levels
from robots.models import RobotGrant
from teams.grants.services import GrantSpec, Outcome, change_grant, give, give_all
from teams.models import AccessGrant
from tests.actors import events_written
from tests.browsers import text
from tests.conftest import Cast
from tests.team_fixtures import crew_of

pytestmark = pytest.mark.usefixtures("clock")
DAY = timedelta(days=1)


def on_api(cast: Cast, level: str, days: int | None = None) -> GrantSpec:
    end = timezone.now() + days * DAY if days else None
    role = f"repository:{level}"
    return GrantSpec(cast.organization, cast.project, cast.repository, role=role, expires_at=end)


def outcome(cast: Cast, spec: GrantSpec) -> Outcome:
    wishes = [(cast.organization_robot, spec)]
    [given] = give_all(actor=cast.owner, organization=cast.organization, wishes=wishes)
    return given.outcome


def held(cast: Cast) -> list[tuple[str, int | None]]:
    """The levels, and in how many days each ends."""
    return [
        (it.role.partition(":")[2], it.expires_at and (it.expires_at - timezone.now()).days)
        for it in RobotGrant.objects.filter(robot=cast.organization_robot).order_by("id")
    ]


def test_access_is_added_until_a_day_which_every_page_says(as_owner: Client, cast: Cast) -> None:
    robot = cast.organization_robot
    url = reverse("robots:robot-access-add", args=["acme", robot.uuid])
    data = {"place": [f"repository:{cast.repository.uuid}"], "what": "read", "expiry": "30"}
    until = moments.absolute(timezone.now() + 30 * DAY)
    assert f"until {until}" in text(as_owner.post(f"{url}?search=", data | {"find": ""}))
    with events_written() as events:
        answer = as_owner.post(url, data, follow=True)
    assert f"Read given until {until}: acme/payments/api." in text(answer)
    assert f"read on acme/payments/api, until {until}" in text(answer)
    assert held(cast) == [("read", 30)]
    [event] = events
    assert event.action == "grant:created"
    assert moments.absolute(datetime.fromisoformat(event.after["expires_at"])) == until
    for name in ("robots:repository-reach", "robots:repository-reach-export"):
        page = as_owner.get(reverse(name, args=["acme", cast.repository.uuid]))
        assert f"until {until}" in text(page)


def test_a_teams_permissions_say_it(as_owner: Client, cast: Cast) -> None:
    crew = crew_of(cast).team
    give(actor=cast.owner, holder=crew, spec=on_api(cast, "write", 7))
    page = as_owner.get(reverse("teams:team-permissions", args=["acme", crew.uuid]))
    assert f"{moments.date(timezone.now() + 7 * DAY)}</time>" in text(page)


@pytest.mark.parametrize(
    ("before", "wanted", "expected", "after"),
    [
        (("read", None), ("read", 9), Outcome.HELD, [("read", None)]),
        (("write", 9), ("read", 5), Outcome.HELD, [("write", 9)]),
        (("read", 9), ("read", None), Outcome.EXTENDED, [("read", None)]),
        (("read", 9), ("read", 20), Outcome.EXTENDED, [("read", 20)]),
        (("read", 9), ("write", 20), Outcome.RAISED, [("write", 20)]),
        (("read", 9), ("write", None), Outcome.RAISED, [("write", None)]),
        # What is held longer stays beside what gives more for a while, and the other way round.
        (("read", None), ("write", 9), Outcome.GIVEN, [("read", None), ("write", 9)]),
        (("write", 9), ("read", None), Outcome.GIVEN, [("write", 9), ("read", None)]),
    ],
)
def test_adding_access_takes_nothing_away_now_or_later(
    cast: Cast, before: Any, wanted: Any, expected: Outcome, after: list[Any]
) -> None:
    outcome(cast, on_api(cast, *before))
    assert outcome(cast, on_api(cast, *wanted)) == expected
    assert held(cast) == after


def given(cast: Cast, days: int | None = None) -> AccessGrant:
    return give(actor=cast.owner, holder=cast.organization_robot, spec=on_api(cast, "read", days))


def test_another_end_is_an_event_of_its_own(cast: Cast) -> None:
    grant, end = given(cast), timezone.now() + 3 * DAY
    with events_written() as events:
        change_grant(actor=cast.owner, grant=grant, expires_at=end)
        change_grant(actor=cast.owner, grant=grant, expires_at=end)
    assert [event.action for event in events] == ["grant:expiry-changed"]
    assert held(cast) == [("read", 3)]
    change_grant(actor=cast.owner, grant=grant, role="repository:view")
    assert held(cast) == [("view", 3)]


def test_no_end_is_over(cast: Cast) -> None:
    with pytest.raises(ValidationError, match="Choose a moment in the future"):
        given(cast, -1)
    with pytest.raises(ValidationError, match="Choose a moment in the future"):
        change_grant(actor=cast.owner, grant=given(cast), expires_at=timezone.now())


def test_a_level_of_the_matrix_still_ends_when_it_is_another_one(cast: Cast) -> None:
    given(cast, 9)
    change = LevelChange(cast.organization_robot, "read", "write")
    change_levels(actor=cast.owner, repository=cast.repository, changes=[change])
    assert held(cast) == [("write", 9)]


def test_lists_leave_out_what_has_ended_before_the_job_takes_it(
    as_owner: Client, cast: Cast, clock: time_machine.Traveller
) -> None:
    grant, robot = given(cast, 1), cast.organization_robot
    pages = [
        reverse("robots:robot-access", args=["acme", robot.uuid]),
        reverse("robots:repository-reach", args=["acme", cast.repository.uuid]),
    ]
    reason = "read on acme/payments/api, until"
    assert [reason in text(as_owner.get(page)) for page in pages] == [True, True]
    assert len(places(as_owner, cast)) == 1
    clock.move_to(timezone.now() + DAY)
    assert RobotGrant.objects.filter(pk=grant.pk).exists()
    assert [reason in text(as_owner.get(page)) for page in pages] == [False, False]
    assert places(as_owner, cast) == []


def places(client: Client, cast: Cast) -> list[str]:
    """Where the robot holds something, by the API."""
    robot = cast.organization_robot.uuid
    answer = client.get(f"/api/v1/organizations/acme/robots/{robot}/access/")
    assert answer.status_code == 200, answer.content
    return [str(row) for row in answer.json()["results"]]
