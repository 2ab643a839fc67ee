"""Periodic jobs: when they are due, one scheduler at a time."""

import os
import socket
from datetime import timedelta
from uuid import uuid4

import pytest
import structlog
from django.conf import settings
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from prometheus_client import REGISTRY
from pytest_django import Settings

from console.jobs.running import (
    HOLDER,
    LEASE,
    RETRY,
    Job,
    Outcome,
    all_jobs,
    heartbeat,
    held_by,
    release,
    run_if_due,
    run_now,
    stopping,
)
from console.mail.outbox import Letter, put
from console.models import JobLock
from robots.models import Robot
from tests.conftest import Cast
from tests.console.jobs.conftest import Time

pytestmark = pytest.mark.django_db


def job(runs: list[int], seconds: int = 60) -> Job:
    return Job("count", lambda: runs.append(1), timedelta(seconds=seconds))


def test_a_job_runs_at_once_and_then_after_its_interval() -> None:
    runs: list[int] = []
    assert [run_if_due(job(runs)), run_if_due(job(runs))] == [Outcome.DONE, Outcome.SKIPPED]
    JobLock.objects.update(ran_at=timezone.now() - timedelta(seconds=61))
    assert run_if_due(job(runs)) is Outcome.DONE
    assert len(runs) == 2


def test_two_schedulers_at_once_run_it_once() -> None:
    runs: list[int] = []
    answers: list[Outcome] = []

    def run() -> None:
        runs.append(1)
        answers.append(run_if_due(job(runs, 0)))

    assert run_if_due(Job("count", run, timedelta(0))) is Outcome.DONE
    assert (answers, len(runs)) == ([Outcome.SKIPPED], 1)


def test_a_job_that_fails_is_given_back_and_due_again() -> None:
    def fail() -> None:
        raise ValueError

    assert run_if_due(Job("count", fail, timedelta(0))) is Outcome.FAILED
    assert JobLock.objects.get().holder is None
    assert run_if_due(Job("count", fail, timedelta(0))) is Outcome.FAILED


def test_a_scheduler_that_died_is_replaced_after_the_lease() -> None:
    runs: list[int] = []
    JobLock.objects.create(name="count", until=timezone.now() + LEASE)
    assert run_if_due(job(runs)) is Outcome.SKIPPED
    JobLock.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert run_if_due(job(runs)) is Outcome.DONE


def test_a_job_that_failed_is_tried_again_before_its_interval_is_over(moved: Time) -> None:
    def fail() -> None:
        raise ValueError

    daily = Job("count", fail, timedelta(days=1))
    assert [run_if_due(daily), run_if_due(daily)] == [Outcome.FAILED, Outcome.SKIPPED]
    moved.shift(RETRY)
    assert run_if_due(daily) is Outcome.FAILED
    assert (JobLock.objects.get().failures, JobLock.objects.get().failure) == (2, "ValueError")


def test_a_run_that_takes_longer_than_the_lease_keeps_it(moved: Time) -> None:
    """Ten batches of half a lease each; another scheduler looks between them all the while."""
    others: list[Outcome] = []

    def run() -> None:
        for _ in range(10):
            moved.shift(LEASE / 2)
            heartbeat()
            others.append(run_if_due(Job("count", run, timedelta(0))))

    assert run_if_due(Job("count", run, timedelta(0))) is Outcome.DONE
    assert others == [Outcome.SKIPPED] * 10


def test_a_run_that_was_held_up_ends_when_another_took_over(moved: Time) -> None:
    batches: list[str] = []

    def take_over() -> None:
        batches.append("other")

    def run() -> None:
        moved.shift(LEASE + timedelta(seconds=1))
        assert run_if_due(Job("count", take_over, timedelta(0))) is Outcome.DONE
        heartbeat()
        batches.append("too late")

    assert run_if_due(Job("count", run, timedelta(0))) is Outcome.FAILED
    assert batches == ["other"]
    assert JobLock.objects.get().failures == 0  # the lock was no longer this run's


DAY = timedelta(days=1)


def test_a_lease_that_no_clock_can_have_given_is_free(moved: Time) -> None:
    runs: list[int] = []
    JobLock.objects.create(name="count", holder=uuid4(), until=timezone.now() + DAY)
    assert run_if_due(job(runs)) is Outcome.DONE
    JobLock.objects.update(holder=uuid4(), until=timezone.now() + LEASE)
    assert run_now(job(runs)) is Outcome.SKIPPED
    assert len(runs) == 1


@pytest.mark.parametrize("seconds", [5, 3_600, 86_400])
def test_a_run_that_seems_to_lie_ahead_keeps_no_job_waiting(moved: Time, seconds: int) -> None:
    runs: list[int] = []
    tomorrow = timezone.now() + DAY
    JobLock.objects.create(
        name="count", until=tomorrow, ran_at=tomorrow, tried_at=tomorrow, failures=1
    )
    assert run_if_due(job(runs, seconds)) is Outcome.DONE
    assert run_if_due(job(runs, seconds)) is Outcome.SKIPPED


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has no clock of its own")
def test_what_a_wrong_clock_runs_is_written_by_the_database_s(moved: Time) -> None:
    runs: list[int] = []
    before = timezone.now()
    moved.shift_process(DAY)
    assert run_if_due(job(runs)) is Outcome.DONE
    lock = JobLock.objects.get()
    assert (lock.ran_at, lock.tried_at, lock.until) == (before, before, before)


def test_who_runs_a_job_that_was_named_is_said_with_an_exit_code_of_its_own(
    moved: Time, capsys: pytest.CaptureFixture[str]
) -> None:
    until = timezone.now() + LEASE
    JobLock.objects.create(
        name="send-mail", holder=uuid4(), holder_name="host-1, process 7", until=until
    )
    with pytest.raises(SystemExit) as end:
        call_command("run_jobs", "send-mail")
    assert end.value.code == 75
    assert capsys.readouterr().err.splitlines() == [
        f"send-mail SKIPPED: it is run by host-1, process 7 until {until:%Y-%m-%d %H:%M:%S} UTC"
    ]


def test_the_lock_names_this_machine_and_process() -> None:
    names: list[str] = []
    named = Job("count", lambda: names.append(held_by(named)), timedelta(0))
    assert run_now(named) is Outcome.DONE
    assert held_by(named) == ""
    assert names[0].startswith(f"{socket.gethostname()}, process {os.getpid()} until ")


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    call_command("run_jobs", *arguments)
    return capsys.readouterr().out.splitlines()


def test_the_list_says_what_came_of_each_job(capsys: pytest.CaptureFixture[str]) -> None:
    now = timezone.now()
    JobLock.objects.create(
        name="verify-audit", until=now, tried_at=now, failures=3, failure="OSError"
    )
    JobLock.objects.create(name="forget-mail", until=now, tried_at=now, ran_at=now)
    rows = {row.split()[0]: row for row in said(capsys, "--list")}
    assert set(rows) == {"NAME", *settings.JOBS}
    moment = f"{now:%Y-%m-%d %H:%M:%S}"
    assert rows["NAME"].split() == ["NAME", "EVERY", "LAST", "RUN", "RESULT"]
    assert rows["verify-audit"].endswith(f"1d      {moment}   failed 3x: OSError")
    assert rows["forget-mail"].endswith(f"{moment}   done")
    assert rows["send-mail"].split() == ["send-mail", "5s", "never", "-"]


def test_one_job_runs_by_its_name_due_or_not() -> None:
    for address in ("a@example.com", "b@example.com"):
        put(Letter(address, "Hello", "Hello"))
        call_command("run_jobs", "send-mail")
    assert len(mail.outbox) == 2
    assert JobLock.objects.get().name == "send-mail"
    with pytest.raises(CommandError, match="there is no job x; there are send-mail, "):
        call_command("run_jobs", "x")


def test_a_failure_is_the_exit_code_and_is_counted(settings: Settings) -> None:
    settings.JOBS = {"broken": ("tests.console.jobs.test_running.broken", 60)}
    before = runs("broken", "failed")
    for arguments in (("broken",), ("--once",)):
        JobLock.objects.update(tried_at=timezone.now() - RETRY)
        with pytest.raises(SystemExit) as end:
            call_command("run_jobs", *arguments)
        assert end.value.code == 1
    assert runs("broken", "failed") == before + 2


def broken() -> None:
    raise ZeroDivisionError


def runs(job: str, result: str) -> float:
    labels = {"name": job, "result": result}
    return REGISTRY.get_sample_value("roster_job_runs_total", labels) or 0


def test_a_scheduler_that_ends_gives_back_its_own_locks_alone() -> None:
    runs: list[int] = []
    until = timezone.now() + LEASE
    JobLock.objects.create(name="count", holder=HOLDER, until=until)
    JobLock.objects.create(name="of another", holder=uuid4(), until=until)
    release()
    assert JobLock.objects.get(holder=None).name == "count"
    assert run_if_due(job(runs)) is Outcome.DONE


def test_a_job_ends_between_two_batches_when_its_scheduler_ends_and_is_due_again() -> None:
    runs: list[str] = []

    def run() -> None:
        for batch in ("first", "second"):
            heartbeat()
            runs.append(batch)
            stopping.set()

    try:
        assert run_if_due(Job("count", run, timedelta(days=1))) is Outcome.SKIPPED
    finally:
        stopping.clear()
    lock = JobLock.objects.get()
    assert (runs, lock.ran_at, lock.holder, lock.failures) == (["first"], None, None, 0)


def test_the_command_runs_every_job_of_the_settings_on_its_first_look() -> None:
    put(Letter("a@example.com", "Hello", "Hello"))
    call_command("run_jobs", "--once")
    assert len(mail.outbox) == 1
    names = {one.name for one in all_jobs()}
    assert {lock.name for lock in JobLock.objects.exclude(ran_at=None)} == names


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL counts by itself")
def test_sqlite_learns_how_large_its_tables_are(cast: Cast) -> None:
    call_command("run_jobs", "--once")
    with connection.cursor() as cursor:
        cursor.execute("SELECT stat FROM sqlite_stat1 WHERE idx = 'robot_by_name'")
        (stat,) = cursor.fetchone()
    assert stat.startswith(f"{Robot.objects.living().count()} ")


def test_each_line_that_a_run_logs_says_which_run_it_was(caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        structlog.get_logger("roster.other").warning("half done")
        raise RuntimeError("planted")

    failing = Job("count", fail, timedelta(0))
    for _ in range(2):
        run_now(failing)
    lines = [record.msg for record in caplog.records if isinstance(record.msg, dict)]
    assert [line["event"] for line in lines] == ["half done", "job failed"] * 2
    runs = [line["run"] for line in lines]
    assert runs[0] == runs[1] != runs[2] == runs[3]
    assert {line["job"] for line in lines} == {"count"}
    assert "job" not in structlog.contextvars.get_contextvars()
