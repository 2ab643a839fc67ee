"""The tests of another day really see it, and what they wait for comes."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from tests.another_day import any_moment, awkward_moment
from tests.interop.processes import ROOT

Choose = Callable[[Random, datetime], datetime]

# A child is waited for with `time.sleep`, a lock without.
WAITING = """
import datetime, subprocess, sys, threading
print(datetime.datetime.now(datetime.UTC).date())
child = "import datetime; print(datetime.datetime.now(datetime.UTC).date())"
subprocess.run([sys.executable, "-c", child], check=True, timeout=30)
print(threading.Event().wait(0.01))
"""
# How often threads that compute wait for each other.
TURNS = """
import resource, threading
threads = [threading.Thread(target=lambda: sum(each for each in range(2_000_000))) for _ in range(8)]
for step in [threading.Thread.start, threading.Thread.join]:
    for thread in threads:
        step(thread)
print(resource.getrusage(resource.RUSAGE_SELF).ru_nvcsw)
"""


def as_if(day: str, *command: str) -> subprocess.CompletedProcess[str]:
    if shutil.which("faketime") is None and os.environ.get("CI") != "true":
        pytest.skip("faketime is not installed")
    return subprocess.run(
        [sys.executable, "-m", "tests.another_day", *command],
        env=os.environ | {"DAY": day},
        cwd=ROOT,
        text=True,
        capture_output=True,
        check=False,
        timeout=60,
    )


def test_a_program_and_its_children_see_the_day_and_their_waits_end() -> None:
    ran = as_if("2032-02-29T12:00:00Z", sys.executable, "-uc", WAITING)
    assert ran.stdout.split() == ["2032-02-29", "2032-02-29", "False"]
    (said,) = ran.stderr.splitlines()
    assert "DAY=2032-02-29T12:00:00Z make unit-on-another-day" in said


def test_threads_that_wait_for_their_turn_sleep() -> None:
    """Else they ask some hundred thousand times, and locks are given up that somebody works under."""
    assert int(as_if("2032-02-29T12:00:00Z", sys.executable, "-c", TURNS).stdout) < 20_000


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati"])
def test_a_day_that_names_no_zone_is_in_utc(monkeypatch: pytest.MonkeyPatch, zone: str) -> None:
    monkeypatch.setenv("TZ", zone)
    assert as_if("2032-02-29", "date", "+%F %Z").stdout == "2032-02-29 UTC\n"


def test_without_faketime_it_runs_today_and_ci_fails(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    ends = [sys.executable, "-c", "import sys; sys.exit(7)"]
    for variable, status in (("true", 1), ("", 7)):
        ran = subprocess.run(
            [sys.executable, "-m", "tests.another_day", *ends],
            env=os.environ | {"CI": variable},
            cwd=ROOT,
            text=True,
            capture_output=True,
            check=False,
        )
        assert (ran.returncode, ran.stdout) == (status, "")
        assert ran.stderr.startswith("faketime is not installed")


def test_what_fails_on_that_day_fails() -> None:
    assert as_if("2032-02-29T12:00:00Z", "false").returncode == 1


@pytest.mark.parametrize("choose", [any_moment, awkward_moment])
def test_a_day_chosen_by_chance_is_one_of_the_next_ten_years(choose: Choose) -> None:
    now = datetime.now(UTC)
    found = [choose(Random(seed), now) for seed in range(1_000)]
    assert now <= min(found) < max(found) < now + timedelta(days=10 * 366)
    assert len({moment.date() for moment in found}) > 50


def test_awkward_moments_are_leap_days_ends_of_months_and_new_years_midnight() -> None:
    found = [awkward_moment(Random(seed), datetime.now(UTC)) for seed in range(1_000)]
    days = {(moment.month, moment.day) for moment in found}
    assert days >= {(2, 29), (12, 31), (1, 1), (4, 30), (1, 31), (2, 28)}
    new_year = [
        moment for moment in found if (moment.month, moment.day, moment.hour) == (12, 31, 23)
    ]
    assert any((moment + timedelta(minutes=2)).year > moment.year for moment in new_year)
