"""Periodic jobs: when they are due, one scheduler at a time."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from console.jobs import HOLDER, LEASE, Job, all_jobs, release, run_if_due
from console.models import JobLock
from console.outbox import Letter, put
from robots.models import Robot
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


def job(runs: list[int], seconds: int = 60) -> Job:
    return Job("count", lambda: runs.append(1), timedelta(seconds=seconds))


def test_a_job_runs_at_once_and_then_after_its_interval() -> None:
    runs: list[int] = []
    assert [run_if_due(job(runs)), run_if_due(job(runs))] == [True, False]
    JobLock.objects.update(ran_at=timezone.now() - timedelta(seconds=61))
    assert run_if_due(job(runs)) is True
    assert len(runs) == 2


def test_two_schedulers_at_once_run_it_once() -> None:
    runs: list[int] = []
    answers: list[bool] = []

    def run() -> None:
        runs.append(1)
        answers.append(run_if_due(job(runs, 0)))

    assert run_if_due(Job("count", run, timedelta(0))) is True
    assert (answers, len(runs)) == ([False], 1)


def test_a_job_that_fails_is_given_back_and_due_again() -> None:
    def fail() -> None:
        raise ValueError

    assert run_if_due(Job("count", fail, timedelta(0))) is True
    assert JobLock.objects.get().holder is None
    assert run_if_due(Job("count", fail, timedelta(0))) is True


def test_a_scheduler_that_died_is_replaced_after_the_lease() -> None:
    runs: list[int] = []
    JobLock.objects.create(name="count", until=timezone.now() + LEASE)
    assert run_if_due(job(runs)) is False
    JobLock.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert run_if_due(job(runs)) is True


def test_a_scheduler_that_ends_gives_back_its_own_locks_alone() -> None:
    runs: list[int] = []
    until = timezone.now() + LEASE
    JobLock.objects.create(name="count", holder=HOLDER, until=until)
    JobLock.objects.create(name="of another", holder=uuid4(), until=until)
    release()
    assert JobLock.objects.get(holder=None).name == "count"
    assert run_if_due(job(runs)) is True


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
