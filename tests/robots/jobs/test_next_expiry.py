"""What ends next is looked for ahead: an end that is over hides no later one, in filter, order and file."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from console.jobs.running import Outcome, all_jobs, run_now
from robots.accounts.services.expiry import extend_robot
from robots.accounts.services.robots import create_robot
from robots.models import Robot
from robots.tokens.services.tokens import create_token, delete_token
from tests.browsers import browser, text, texts_of
from tests.conftest import Cast

ADDRESS, CSV = "/o/acme/robots/", "/o/acme/robots.csv"
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)

# Robot -> days until it ends itself, and until each of its tokens does.
LIVES: dict[str, tuple[int | None, list[int | None]]] = {
    "both": (None, [1, 30]),
    "bound": (40, [1, 30]),
    "brief": (5, [1]),
    "endless": (None, [1, None]),
    "itself": (20, []),
    "never": (None, []),
    "short": (20, [1, 30]),
    "three": (None, [1, 2, 30]),
}
MOMENTS = [0, 1.5, 4, 7, 16, 17, 21, 29, 31, 41]


@pytest.fixture
def clock(cast: Cast) -> Iterator[time_machine.Traveller]:
    """The robots of `LIVES`, at the moment when they were made."""
    Robot.objects.filter(organization=cast.organization).delete()
    with time_machine.travel(NOW, tick=False) as moved:
        for name, (own, tokens) in LIVES.items():
            made = create_robot(
                actor=cast.owner, organization=cast.organization, name=name, expires_at=after(own)
            )
            for number, days in enumerate(tokens):
                create_token(
                    actor=cast.owner,
                    robot=made,
                    name=f"t{number}",
                    kind="compact",
                    expires_at=after(days),
                )
        yield moved


def after(days: float | None) -> datetime | None:
    return None if days is None else NOW + days * DAY


def next_end(name: str, moment: float) -> float | None:
    """In how many days something of the robot ends next; a robot that is over stays at its own end."""
    own, tokens = LIVES[name]
    if own is not None and own <= moment:
        return own
    ahead = [end for end in (own, *tokens) if end is not None and end > moment]
    return min(ahead, default=None)


def names(cast: Cast, **query: str) -> list[str]:
    return texts_of(browser(cast.owner).get(ADDRESS, query), "a", **{"class": "entry-name"})


def exported(cast: Cast, **query: str) -> list[dict[str, str]]:
    response: Any = browser(cast.owner).get(CSV, query)
    return list(csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig"))))


def move_on() -> None:
    (job,) = [job for job in all_jobs() if job.name == "next-ends"]
    assert run_now(job) is Outcome.DONE


@pytest.mark.parametrize("is_moved_on", [False, True])
def test_what_expires_soon_is_found_whatever_is_over(
    cast: Cast, clock: time_machine.Traveller, is_moved_on: bool
) -> None:
    for moment in MOMENTS:
        clock.move_to(NOW + moment * DAY)
        if is_moved_on:
            move_on()
        ends = {name: next_end(name, moment) for name in LIVES}
        soon = [name for name, end in ends.items() if end and moment < end <= moment + 14]
        assert names(cast, expiring="14") == soon, moment
        assert [row["name"] for row in exported(cast, expiring="14")] == soon, moment


def test_the_order_follows_when_the_job_has_run(cast: Cast, clock: time_machine.Traveller) -> None:
    for moment in MOMENTS:
        clock.move_to(NOW + moment * DAY)
        move_on()
        ends = {name: next_end(name, moment) for name in LIVES}
        ordered = sorted(LIVES, key=lambda name: (ends[name] is None, ends[name] or 0))
        assert names(cast, sort="expires") == ordered, moment
        assert names(cast, sort="-expires") != ordered


def test_list_and_file_show_the_next_end_at_every_moment(
    cast: Cast, clock: time_machine.Traveller
) -> None:
    for moment in MOMENTS:
        clock.move_to(NOW + moment * DAY)
        shown = {row["name"]: row["next_expiry"] for row in exported(cast)}
        assert shown == {
            name: end.isoformat() if (end := after(next_end(name, moment))) else ""
            for name in LIVES
        }
        page = text(browser(cast.owner).get(ADDRESS))
        ends = [(next_end(name, moment), LIVES[name][0]) for name in LIVES]
        assert page.count(">token <time") == sum(
            end is not None and end != own for end, own in ends
        )


def test_changes_move_it_at_once(cast: Cast, clock: time_machine.Traveller) -> None:
    """Without the job: whoever writes a robot's ends knows what lies ahead."""
    clock.move_to(NOW + 3 * DAY)
    robots = {robot.name: robot for robot in Robot.objects.filter(organization=cast.organization)}
    extend_robot(actor=cast.owner, robot=robots["both"], expires_at=after(25))
    extend_robot(actor=cast.owner, robot=robots["short"], expires_at=after(35))
    create_token(
        actor=cast.owner, robot=robots["endless"], name="new", kind="compact", expires_at=after(9)
    )
    delete_token(actor=cast.owner, token=robots["three"].tokens.get(name="t2"))
    ahead = {robot.name: robot.next_expiry_at for robot in Robot.objects.living()}
    assert (ahead["both"], ahead["short"], ahead["endless"]) == (after(25), after(30), after(9))
    assert ahead["three"] == ahead["never"]


def test_deleted_tokens_and_robots_have_no_end(cast: Cast, clock: time_machine.Traveller) -> None:
    clock.move_to(NOW + 17 * DAY)
    late = Robot.objects.get(name="both").tokens.get(name="t1")
    type(late).objects.filter(pk=late.pk).update(revoked_at=NOW)
    Robot.objects.filter(name="three").update(deleted_at=NOW)
    assert "both" not in names(cast, expiring="14")
    assert "three" not in names(cast, expiring="14")
    move_on()
    kept = dict(Robot.objects.values_list("name", "next_expiry_at"))
    assert kept["both"] == kept["never"]
    assert kept["three"] == after(1)


def test_the_job_reaches_every_organization_and_writes_what_has_changed_alone(
    cast: Cast, clock: time_machine.Traveller
) -> None:
    there = cast.other_robot
    create_token(
        actor=cast.stranger, robot=there, name="brief", kind="compact", expires_at=after(1)
    )
    create_token(actor=cast.stranger, robot=there, name="long", kind="compact", expires_at=after(9))
    clock.move_to(NOW + 2 * DAY)
    move_on()
    assert Robot.objects.get(pk=there.pk).next_expiry_at == after(9)
    with CaptureQueriesContext(connection) as captured:
        move_on()
    written = [it["sql"] for it in captured if it["sql"].startswith('UPDATE "robots_robot"')]
    assert written == []


def test_it_runs_by_itself() -> None:
    path, seconds = settings.JOBS["next-ends"]
    assert (path.rpartition(".")[2], seconds) == ("move_on", 300)
