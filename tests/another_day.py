"""Runs a command as if it were another day: the moment in DAY, or one of the next ten years by chance.
Without faketime it runs today, and under CI=true not at all.

Half of those chosen by chance are awkward. The clock runs on from there, also over midnight.
"""

import calendar
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

YEARS, DAY = 10, timedelta(days=1)
# Time enough to begin, so that midnight comes among the tests.
AHEAD_OF_MIDNIGHT = (10, 120)


def chosen_moment() -> datetime:
    if named := os.environ.get("DAY"):
        moment = datetime.fromisoformat(named)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    chance = Random()
    choose = chance.choice([any_moment, awkward_moment])
    return choose(chance, datetime.now(UTC))


def any_moment(chance: Random, now: datetime) -> datetime:
    return now + timedelta(seconds=chance.randrange(YEARS * 365 * 86_400))


def awkward_moment(chance: Random, now: datetime) -> datetime:
    """On a leap day, New Year's Eve or a month's last or first day; or just before such a day ends."""
    years = [now.year + number for number in range(1, YEARS)]
    year, leap_year = chance.choice(years), chance.choice([*filter(calendar.isleap, years)])
    first_day = datetime(year, chance.randint(1, 12), 1, tzinfo=UTC)
    leap_day, last_day = datetime(leap_year, 2, 29, tzinfo=UTC), datetime(year, 12, 31, tzinfo=UTC)
    day = chance.choice([leap_day, last_day, first_day - DAY, first_day])
    if chance.random() < 0.5:
        return day + DAY - timedelta(seconds=chance.randint(*AHEAD_OF_MIDNIGHT))
    return day + timedelta(seconds=chance.randrange(86_400))


# What libfaketime and Python need to get on with each other.
FAKED = {
    "TZ": "UTC",
    "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    # Or threads that wait for Python's lock never sleep, and nobody gets on.
    "FAKETIME_FORCE_MONOTONIC_FIX": "0",
    "NO_FAKE_STAT": "1",
    "PYTHONPATH": str(Path(__file__).with_name("faketime")),
}


def run(command: list[str], moment: datetime) -> int:
    """Its exit status. What it keeps lies where no run of today looks for it."""
    written = f"{moment:%Y-%m-%dT%H:%M:%SZ}"
    sys.stderr.write(f"As if it were {written}. Again: DAY={written} make unit-on-another-day\n")
    with TemporaryDirectory(prefix="roster-another-day-") as folder:
        # pytest clears old folders away, and to this clock those of others are old.
        own = FAKED | {"PYTEST_DEBUG_TEMPROOT": folder}
        command = ["faketime", written, *command]
        return subprocess.run(command, env=os.environ | own, check=False).returncode


def main() -> int:
    if shutil.which("faketime"):
        return run(sys.argv[1:], chosen_moment())
    sys.stderr.write("faketime is not installed: no test has seen another day\n")
    if os.environ.get("CI") == "true":
        return 1
    return subprocess.run(sys.argv[1:], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
