"""`manage.py maintenance` beside a server of several workers, and what `doctor` knows of both."""

import base64
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.interop.processes import Installation, eventually, fetch, serving

ASKED = 20


@pytest.fixture
def own(prepared_data: Path, tmp_path: Path) -> Installation:
    return Installation.copied(prepared_data, tmp_path / "roster")


def statuses(own: Installation, made: dict[str, str]) -> set[tuple[int, int]]:
    """What a change of the API and a registry's question get, from whichever worker."""
    both = base64.b64encode(f"{made['login_name']}:{made['secret']}".encode()).decode()
    login = {"Authorization": f"Basic {both}"}
    change, question = (
        f"{own.origin}/api/v1/organizations/",
        f"{own.origin}/service/token?service=registry",
    )
    return {(fetch(change, login, b"{}")[0], fetch(question, login)[0]) for _ in range(ASKED)}


REGISTRY_ASKED = "SELECT coalesce(sum(count), 0) FROM robots_usage WHERE verifier = 'registry'"


def counted(own: Installation) -> int:
    """How often the registry asked; the API counts its own."""
    with closing(sqlite3.connect(own.folder / "roster.sqlite3")) as session:
        return int(session.execute(REGISTRY_ASKED).fetchone()[0])


def check(own: Installation, name: str) -> tuple[str, str]:
    checks: list[dict[str, Any]] = json.loads(own.manage("doctor", "--format", "json").stdout)[
        "checks"
    ]
    (found,) = [each for each in checks if each["name"] == name]
    return found["state"], found["words"]


def test_it_counts_in_every_worker_from_the_next_request_on(own: Installation) -> None:
    with serving(own) as server:
        made = own.do("furnish")
        ((before, _),) = statuses(own, made)
        assert before != 503
        eventually(lambda: counted(own) == ASKED, "what was asked is counted")
        assert own.manage("maintenance", "on", "--reason", "a new disk").returncode == 0
        assert statuses(own, made) == {(503, 200)}
        assert check(own, "maintenance")[0] == "warning"
        skipped = own.manage("run_jobs", "forget-locks")
        assert (skipped.returncode, "a new disk" in skipped.stderr) == (75, True)
        assert own.manage("maintenance", "off").returncode == 0
        assert statuses(own, made) == {(before, 200)}
        eventually(lambda: counted(own) == 3 * ASKED, "what waited in memory is counted as well")
        assert server.is_ready()


def test_doctor_knows_the_server_and_forgets_it_when_it_stops(own: Installation) -> None:
    with serving(own):
        eventually(lambda: check(own, "replicas")[0] == "ok", "the server says that it is there")
        assert f":{own.port})" in check(own, "replicas")[1]
    assert check(own, "replicas")[0] == "not applicable"


def test_doctor_knows_backups_wherever_they_lie(own: Installation, tmp_path: Path) -> None:
    assert check(own, "backups")[0] == "not applicable"
    folder = tmp_path / "backup"
    assert own.manage("backup", str(folder)).returncode == 0
    assert "not proven yet" in check(own, "backups")[1]
    assert own.manage("backup", "--verify", str(folder)).returncode == 0
    assert ", proven just now." in check(own, "backups")[1]
    (folder / "database.sqlite3").write_bytes(b"")
    assert own.manage("backup", "--verify", str(folder)).returncode == 1
    state, words = check(own, "backups")
    assert (state, "is not what was written" in words) == ("failed", True)
    (folder / "database.sqlite3").unlink()
    folder.rename(tmp_path / "away")
    assert check(own, "backups")[0] == "failed"
