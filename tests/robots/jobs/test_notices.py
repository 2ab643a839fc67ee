"""Notices before a token ends: when, with which words, once."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from console.jobs import running
from console.mail import outbox
from robots.accounts.services.robots import disable_robot
from robots.jobs.notices import NOTICES, send_notices
from robots.jobs.purges import forget_notices
from robots.models import NoticeSent, Robot, Token
from tests.browsers import browser, text
from tests.conftest import Cast
from tests.robots.jobs.notices import DAY, NOW, SECOND, days, ends, recipients

pytestmark = pytest.mark.usefixtures("clock")


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        (60 * DAY + SECOND, []),
        (60 * DAY, [60]),
        (30 * DAY + SECOND, [60]),
        (30 * DAY, [30]),
        (14 * DAY, [14]),
        (7 * DAY + SECOND, [14]),
        (7 * DAY, [7]),
        (DAY, [1]),
        (SECOND, [1]),
        (timedelta(), [0]),
        (-DAY, [0]),
        (-3 * DAY + SECOND, [0]),
        (-3 * DAY, []),
    ],
)
def test_each_notice_has_its_time(cast: Cast, left: timedelta, expected: list[int]) -> None:
    ends(cast, left)
    send_notices()
    assert days() == expected
    assert len(recipients()) == len(expected)


# How long before and after a notice's time the job runs as well.
AROUND = (-DAY, -SECOND, timedelta(), SECOND, timedelta(hours=6), DAY / 2)


def test_over_two_months_there_are_five_and_one_at_the_end_once_each(
    cast: Cast, clock: time_machine.Traveller
) -> None:
    """However often the job runs: every few days, and again and again about the time of each."""
    ends(cast, 70 * DAY)
    moments = {NOW + n * DAY for n in range(0, 71, 5)}
    moments |= {NOW + (70 - left) * DAY + by for left in NOTICES for by in AROUND}
    for moment in sorted(moments):
        clock.move_to(moment)
        send_notices()
    assert days() == [60, 30, 14, 7, 1, 0]


def test_after_days_without_the_job_only_the_nearest_goes_out(
    cast: Cast, clock: time_machine.Traveller
) -> None:
    ends(cast, 60 * DAY)
    send_notices()
    clock.move_to(NOW + 55 * DAY)
    assert [send_notices(), send_notices()] == [1, 0]
    assert days() == [60, 7]


def test_a_new_end_gets_notices_of_its_own(cast: Cast) -> None:
    ends(cast, 7 * DAY)
    send_notices()
    ends(cast, 6 * DAY)
    send_notices()
    assert days() == [7, 7]


@pytest.mark.parametrize(("life", "expected"), [(7, []), (8, [7]), (30, [14]), (31, [14])])
def test_what_was_made_for_a_short_time_is_not_announced_at_once(
    cast: Cast, clock: time_machine.Traveller, life: int, expected: list[int]
) -> None:
    ends(cast, life * DAY, created_at=NOW)
    send_notices()
    assert days() == []
    clock.move_to(NOW + (life - expected[0] if expected else 0) * DAY)
    send_notices()
    assert days() == expected


def test_a_new_end_is_announced_by_when_it_was_chosen(
    cast: Cast, clock: time_machine.Traveller
) -> None:
    """Of an old token, too: who extends it for a week knows when it ends."""
    ends(cast, 7 * DAY, renewed_at=NOW)
    send_notices()
    assert days() == []
    clock.move_to(NOW + 6 * DAY)
    send_notices()
    assert days() == [1]


def test_the_robots_own_end_counts_when_it_is_earlier(cast: Cast) -> None:
    ends(cast, 20 * DAY)
    Robot.objects.filter(pk=cast.robot.pk).update(expires_at=NOW + 5 * DAY)
    send_notices()
    notice = NoticeSent.objects.get()
    assert (notice.days, notice.ends_at) == (7, NOW + 5 * DAY)
    Token.objects.filter(pk=cast.token.pk).update(expires_at=None)
    assert send_notices() == 0


@pytest.mark.parametrize(("left", "expected"), [(5 * DAY, [7]), (timedelta(), [0]), (-4 * DAY, [])])
@pytest.mark.parametrize("own", [None, 20 * DAY])
def test_a_token_that_ends_with_its_robot_is_announced_until_then(
    cast: Cast, own: timedelta | None, left: timedelta, expected: list[int]
) -> None:
    Token.objects.filter(pk=cast.token.pk).update(expires_at=own and NOW + own)
    Robot.objects.filter(pk=cast.robot.pk).update(expires_at=NOW + left)
    send_notices()
    assert days() == expected


@pytest.mark.parametrize("column", ["disabled_at", "blocked_at", "revoked_at"])
def test_what_does_not_work_is_not_announced(cast: Cast, column: str) -> None:
    ends(cast, 7 * DAY, **{column: NOW})
    assert (send_notices(), days()) == (0, [])


def test_a_disabled_robots_tokens_are_not_announced(cast: Cast) -> None:
    ends(cast, 7 * DAY)
    disable_robot(actor=cast.owner, robot=cast.robot)
    assert send_notices() == 0


def test_the_letter_says_what_ends_when_and_where_to_go(cast: Cast) -> None:
    ends(cast, 7 * DAY)
    send_notices()
    outbox.send_due()
    (letter,) = mail.outbox
    assert letter.subject == "A token of ci ends in 7 days"
    for words in (
        "acme/payments/ci/nightly",
        "29 Nov 2026, 12:00 UTC",
        "you created it.",
        f"http://127.0.0.1:8000{cast.token.get_absolute_url()}",
    ):
        assert words in letter.body
    assert cast.secret not in letter.body


def test_many_tokens_are_one_letter(cast: Cast) -> None:
    Token.objects.bulk_create(
        Token(
            robot=cast.robot, name=f"t{n}", created_by="owner@example.com", expires_at=NOW + 7 * DAY
        )
        for n in range(60)
    )
    Token.objects.update(created_at=NOW - 90 * DAY)
    with CaptureQueriesContext(connection) as captured:
        assert send_notices() == 1
    assert len(captured) < 30
    outbox.send_due()
    (letter,) = mail.outbox
    assert letter.subject == "60 tokens of Acme end, the first in 7 days"
    assert "and 10 more" in letter.body
    assert len(days()) == 60


def test_very_many_tokens_go_out_some_at_a_time_and_none_is_left_out(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("robots.jobs.notices.CHUNK", 5)
    Token.objects.bulk_create(
        Token(robot=cast.robot, name=f"t{n}", created_by="x", expires_at=NOW + DAY)
        for n in range(12)
    )
    Token.objects.update(created_at=NOW - 90 * DAY)
    assert (send_notices(), send_notices()) == (3, 0)
    told = NoticeSent.objects.values_list("token__name", flat=True)
    assert sorted(told) == sorted(f"t{n}" for n in range(12))


def test_a_notice_is_sent_once_whatever_happens(cast: Cast) -> None:
    ends(cast, 7 * DAY)
    send_notices()
    notice = NoticeSent.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        NoticeSent.objects.create(
            token=cast.token, ends_at=notice.ends_at, days=notice.days, recipients=""
        )


def test_the_page_of_the_token_says_who_was_told(cast: Cast) -> None:
    ends(cast, 7 * DAY)
    send_notices()
    assert "7 days before" in text(browser(cast.owner).get(cast.token.get_absolute_url()))


def test_the_jobs_run_them(cast: Cast) -> None:
    ends(cast, 7 * DAY)
    for job in running.all_jobs():
        running.run_if_due(job)
    assert days() == [7]


def test_a_stop_of_the_jobs_ends_it_between_two_parts(cast: Cast) -> None:
    ends(cast, 7 * DAY)
    (job,) = [job for job in running.all_jobs() if job.name == "send-notices"]
    running.stopping.set()
    try:
        assert running.run_now(job) is running.Outcome.SKIPPED
    finally:
        running.stopping.clear()
    assert days() == []
    assert running.run_now(job) is running.Outcome.DONE
    assert days() == [7]


def test_old_notices_are_forgotten(cast: Cast, clock: time_machine.Traveller) -> None:
    ends(cast, 7 * DAY)
    send_notices()
    clock.move_to(NOW + (7 + 90) * DAY)
    assert forget_notices() == 0
    clock.move_to(timezone.now() + SECOND)
    assert (forget_notices(), days()) == (1, [])
