"""`manage.py migrate` as operators run it: at a terminal, from a script, over what takes no changes."""

import os
from pathlib import Path

import pytest

from tests.interop.postgresql import on_postgresql, postgresql, standby
from tests.interop.processes import Installation
from tests.interop.terminals import at_terminal


@pytest.fixture
def older(tmp_path: Path) -> Installation:
    """One whose database was left in the middle."""
    installation = Installation(tmp_path / "roster")
    done = installation.manage("migrate", "console", "0010", "-v0")
    assert done.returncode == 0, done.stderr
    return installation


def test_at_a_terminal_it_asks_before_it_begins(older: Installation) -> None:
    with at_terminal(older, "migrate") as terminal:
        terminal.wait_for("Begin? [y/n]: ")
        assert "console.0011_job_holder\n    console_joblock: adds the column" in terminal.shown
        assert "All of it takes about" in terminal.shown
        os.write(terminal.screen, b"n\n")
        assert terminal.ends() == 1
        assert "nothing was changed; --no-input does not ask" in terminal.shown
    assert "console.0011_job_holder" in older.manage("migrate", "--plan").stdout
    with at_terminal(older, "migrate") as terminal:
        terminal.wait_for("Begin? [y/n]: ")
        os.write(terminal.screen, b"y\n")
        assert terminal.ends() == 0
    assert older.manage("migrate", "--plan").stdout.startswith("Nothing waits")


def test_a_script_is_told_and_not_asked(older: Installation) -> None:
    done = older.manage("migrate", "--no-input")
    assert (done.returncode, "Begin?" in done.stdout) == (0, False)
    assert "Stop servers of older versions first:" in done.stdout
    assert "Applying console.0011_job_holder... OK" in done.stdout
    assert older.manage("migrate", "--check").returncode == 0


def test_a_standby_is_refused(tmp_path: Path) -> None:
    with postgresql(tmp_path) as primary, standby(tmp_path, primary) as follower:
        own = on_postgresql(primary, tmp_path / "roster")
        own.do("prepare")
        own.environment["ROSTER_DATABASE_URL"] = follower.url
        line = own.refusal("migrate", "--no-input")
        assert "server is in hot standby mode" in line
