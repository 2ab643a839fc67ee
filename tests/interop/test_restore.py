"""The drill: a backup aside, ten revocations of each kind, the backup put back; noticed, listed, ended."""

import base64
import shutil
import sqlite3
import subprocess
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.interop.postgresql import PROGRAMS, PostgreSQL, on_postgresql, postgresql
from tests.interop.processes import Installation, fetch, serving

KINDS = {
    "robot account": 20,
    "token": 30,
    "secret": 10,
    "member": 20,
    "grant": 10,
    "invitation": 10,
    "password": 10,
}
REVOKED = ("deleted", "disabled", "token-deleted", "token-disabled", "refreshed")


@dataclass
class Restored:
    """An installation over a backup that was put back, the newer database, and the events since."""

    installation: Installation
    newer: str
    events: Path
    works: dict[str, list[str]]

    def accepted(self) -> Counter[str]:
        """How many of the revoked log in, by how they were revoked."""
        return Counter(how for how in REVOKED for pair in self.works[how] if self._logs_in(pair))

    def _logs_in(self, pair: str) -> bool:
        both = base64.b64encode(pair.encode()).decode()
        url = f"{self.installation.origin}/service/token?service=registry"
        return fetch(url, {"Authorization": f"Basic {both}"})[0] == 200

    def check(self, *arguments: str) -> tuple[int, list[str]]:
        result = self.installation.manage("restore_check", *arguments)
        assert not result.stderr or "Traceback" not in result.stderr, result.stderr
        return result.returncode, result.stdout.splitlines()


def copy(source: Path, target: Path) -> None:
    """As `sqlite3 .backup` does it; a copy of the file alone would lack the write-ahead log."""
    target.unlink(missing_ok=True)
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
        one.backup(other)


@pytest.fixture
def restored(prepared_data: Path, tmp_path: Path) -> Restored:
    installation = Installation.copied(prepared_data, tmp_path / "roster")
    database, backup = installation.folder / "roster.sqlite3", tmp_path / "backup.sqlite3"
    installation.do("organization", slug="acme", password="a long enough phrase")
    works = installation.do("make", of="revocations")
    copy(database, backup)
    events = tmp_path / "events.jsonl"
    events.write_text(installation.say("revoke", of="revocations"))
    assert installation.manage("run_jobs", "audit-checkpoints").returncode == 0
    newer = tmp_path / "newer.sqlite3"
    copy(database, newer)
    for file in installation.folder.glob("roster.sqlite3*"):
        file.unlink()
    shutil.copy(backup, database)
    return Restored(installation, f"sqlite:///{newer}", events, works)


def kinds(lines: list[str]) -> dict[str, int]:
    """How many came back of each kind, off the table."""
    heading = next(line for line in lines if line.startswith("EVENT"))
    start, end = heading.index("WHAT"), heading.index("NAME")
    rows = [line for line in lines if line.startswith(("acme:", "site:"))]
    return Counter(line[start:end].strip() for line in rows)


def test_what_an_older_backup_revives_is_noticed_listed_ended_and_accepted(
    restored: Restored,
) -> None:
    with serving(restored.installation, ready=False) as server:
        server.require_said("THE DATABASE IS OLDER THAN ITS AUDIT LOG WAS")
        assert restored.accepted() == dict.fromkeys(REVOKED, 10)
        code, lines = restored.check("--events", str(restored.events))
        assert (code, kinds(lines)) == (1, KINDS)
        assert not [line for line in lines if "missing" in line or "not verified" in line]
        code, lines = restored.check("--database", restored.newer)
        assert (code, kinds(lines)) == (1, KINDS)
        assert restored.check("--database", f"{restored.newer}-missing/file") == (1, [])
        code, lines = restored.check("--events", str(restored.events), "--end")
        assert (code, lines[-1]) == (0, "110 of 110 are ended.")
        assert restored.accepted() == {}
        assert fetch(f"{restored.installation.origin}/readyz")[0] == 503
        assert restored.check("--accept")[0] == 0
        assert restored.installation.is_ready()
    verified = restored.installation.manage("verify_audit")
    assert verified.returncode == 0, verified.stdout


def test_a_newer_postgresql_tells_what_an_older_dump_revives(tmp_path: Path) -> None:
    with postgresql(tmp_path) as server:
        installation = on_postgresql(server, tmp_path / "roster")
        installation.do("prepare")
        installation.do("organization", slug="acme", password="a long enough phrase")
        installation.do("make", of="revocations")
        older = restored_aside(server, tmp_path / "dump.sql")
        installation.say("revoke", of="revocations")
        assert installation.manage("run_jobs", "audit-checkpoints").returncode == 0
        installation.environment["ROSTER_DATABASE_URL"] = older
        told = Restored(installation, server.url, tmp_path, {})
        code, lines = told.check("--database", told.newer)
        assert (code, kinds(lines)) == (1, KINDS)
        code, lines = told.check("--database", told.newer, "--end", "--accept")
        assert (code, lines[-2]) == (0, "110 of 110 are ended.")
        assert told.check("--database", told.newer)[0] == 0


def restored_aside(server: PostgreSQL, dump: Path) -> str:
    """The address of a second database that is as the first one is now."""
    older = f"{server.url.rpartition('/')[0]}/older"
    program(f"{PROGRAMS}/pg_dump", f"--dbname={server.url}", f"--file={dump}")
    program(f"{PROGRAMS}/psql", f"--dbname={server.url}", "--command=CREATE DATABASE older")
    program(f"{PROGRAMS}/psql", f"--dbname={older}", "--set=ON_ERROR_STOP=1", f"--file={dump}")
    return older


def program(*arguments: str) -> None:
    subprocess.run(arguments, check=True, stdout=subprocess.DEVNULL)
