"""Schedulers in processes of their own over one database: nothing is done twice."""

import multiprocessing
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.another_day import FAKED
from tests.interop.postgresql import on_postgresql, postgresql
from tests.interop.processes import ROOT, Installation, eventually, require_tool

PROCESSES, ROUNDS = 4, 25


def schedule(environment: dict[str, str], barrier: Any, ledger: str) -> None:
    """Each round is a job that is due at once for everybody; who runs it writes a line."""
    os.environ.update(environment)
    import django

    django.setup()
    from datetime import timedelta
    from functools import partial

    from console.jobs.running import Job, run_if_due

    def write(name: str) -> None:
        with Path(ledger).open("a") as file:
            file.write(f"{name}\n")

    for turn in range(ROUNDS):
        name = f"round-{turn}"
        barrier.wait()
        run_if_due(Job(name, partial(write, name), timedelta(hours=1)))


def run_at_once(installation: Installation, folder: Path) -> list[str]:
    spawn = multiprocessing.get_context("spawn")
    barrier, ledger = spawn.Barrier(PROCESSES), folder / "ledger"
    chosen = {
        name: value
        for name, value in installation.environment.items()
        if name.startswith(("ROSTER_", "DJANGO_")) or name == "PORT"
    }
    chosen = {
        "ROSTER_DATABASE_URL": "",
        "ROSTER_KEYRING_FILE": "",
        "ROSTER_SECRET_KEY": "",
    } | chosen
    processes = [
        spawn.Process(target=schedule, args=(chosen, barrier, str(ledger)))
        for _ in range(PROCESSES)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * PROCESSES
    return ledger.read_text().split()


def test_several_schedulers_run_each_job_once(prepared_data: Path, tmp_path: Path) -> None:
    installation = Installation.copied(prepared_data, tmp_path / "roster")
    assert sorted(run_at_once(installation, tmp_path)) == sorted(
        f"round-{n}" for n in range(ROUNDS)
    )


def test_on_postgresql_too(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("jobs")
    with postgresql(folder) as database:
        installation = Installation(
            folder,
            ROSTER_DATABASE_URL=database.url,
            ROSTER_SECRET_KEY="only-for-tests-" * 4,
            ROSTER_KEYRING_FILE=str(folder / "keyring.json"),
        )
        installation.set_up()
        assert len(run_at_once(installation, folder)) == ROUNDS


@pytest.fixture(params=["sqlite", "postgresql"])
def own(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Installation]:
    """An installation without a server, whose jobs never ran."""
    with ExitStack() as kept:
        if request.param == "sqlite":
            installation = Installation(tmp_path / "roster")
        else:
            database = kept.enter_context(postgresql(tmp_path))
            installation = on_postgresql(database, tmp_path / "roster")
        installation.set_up()
        yield installation


def moments(installation: Installation) -> list[datetime]:
    """When each job ran last."""
    listed = installation.manage("run_jobs", "--list").stdout
    found = re.findall(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", listed)
    return [datetime.fromisoformat(moment).replace(tzinfo=UTC) for moment in found]


def test_one_run_by_a_clock_that_is_a_day_ahead_stops_no_job(own: Installation) -> None:
    wrong = subprocess.run(
        [require_tool("faketime"), "+1 day", sys.executable, "manage.py", "run_jobs", "--once"],
        cwd=ROOT,
        env=own.environment | FAKED,
        capture_output=True,
        text=True,
        check=False,
    )
    assert wrong.returncode == 0, wrong.stderr
    assert own.manage("run_jobs", "--once").returncode == 0
    found = moments(own)
    assert len(found) == own.manage("run_jobs", "--list").stdout.count("done") > 0
    assert max(found) <= datetime.now(UTC)


def test_a_clean_stop_writes_the_checkpoints(tmp_path: Path) -> None:
    installation = Installation(tmp_path / "roster")
    installation.set_up()
    process = subprocess.Popen(
        [sys.executable, "manage.py", "run_jobs"],
        cwd=ROOT,
        env=installation.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def all_have_run() -> bool:
        listed = installation.manage("run_jobs", "--list").stdout
        return "done" in listed and "never" not in listed

    eventually(all_have_run, "every job has run")
    installation.do("furnish")
    file = tmp_path / "roster" / "audit-checkpoints.jsonl"
    assert not file.exists()
    process.terminate()
    assert process.wait(60) == 0
    assert file.read_text().count("\n") == 2  # the site's chain and acme's
    verified = installation.manage("verify_audit")
    assert verified.returncode == 0, verified.stdout
