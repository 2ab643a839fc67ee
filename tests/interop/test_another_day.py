"""The tests of another day really see it, and what they wait for comes."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
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
