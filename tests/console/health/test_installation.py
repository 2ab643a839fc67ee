"""`manage.py doctor` about the installation as a whole: changes, servers, standbys, backups."""

import io
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from pytest_django import Settings

from console import __version__
from console.databases import clock
from console.jobs.purges import forget_backups, forget_replicas
from console.measures import SHARED_FOLDER
from console.models import Backup, Replica
from console.serving.health import STOPPING
from console.serving.replicas import SAID, report
from tests.browsers import browser, text
from tests.conftest import Cast
from tests.console.health.conftest import Doctor, all_jobs_ran

pytestmark = pytest.mark.django_db


def replica(name: str, **differing: Any) -> Replica:
    now = clock.now()
    usual: dict[str, Any] = {
        "version": __version__,
        "ahead_seconds": 0.0,
        "lacking": 0,
        "unknown": 0,
        "heard_at": now,
    }
    return Replica.objects.create(uuid=uuid4(), name=name, begun_at=now, **usual | differing)


def backup(**differing: Any) -> Backup:
    usual: dict[str, Any] = {"sha256": uuid4().hex, "folder": "/backups/one", "machine": "host-1"}
    usual |= {"made_at": clock.now() - timedelta(hours=5), "size": 2_000_000, "events": 7}
    return Backup.objects.create(**usual | differing)


def test_that_no_changes_are_taken_is_told_and_explains_what_waits(cast: Cast) -> None:
    all_jobs_ran()
    assert Doctor().says("maintenance") == ("ok", "Changes are taken.")
    call_command("maintenance", "on", "--reason", "a new disk", stdout=io.StringIO())
    state, words = Doctor().says("maintenance")
    assert (state, ": a new disk. Verifiers go on" in words) == ("warning", True)
    for check in ("jobs", "mail"):
        assert Doctor().says(check)[0] == "not applicable"
    assert ": a new disk. Verifiers go on" in text(browser(cast.operator).get("/site/"))


def test_servers_of_this_version_are_well() -> None:
    assert Doctor().says("replicas")[0] == "not applicable"
    replica("host-1:8000")
    replica("host-2:8000", heard_at=clock.now() - timedelta(seconds=80))
    state, words = Doctor().says("replicas")
    assert (
        state,
        f"2 servers serve version {__version__} (host-1:8000, host-2:8000)" in words,
    ) == (
        "ok",
        True,
    )


@pytest.mark.parametrize(
    ("differing", "words"),
    [
        ({"version": "0.0.9"}, f"serves version 0.0.9, and this is {__version__}"),
        ({"lacking": 2}, "waits for 2 migrations"),
        ({"unknown": 1}, "is older than the database"),
        ({"ahead_seconds": 7.2}, "its clock is 7 seconds ahead of the database's"),
        ({"ahead_seconds": -70.0}, "its clock is 70 seconds behind the database's"),
    ],
)
def test_a_server_that_differs_is_told(differing: dict[str, Any], words: str) -> None:
    replica("host-1:8000")
    replica("host-2:8000", **differing)
    state, said = Doctor().says("replicas")
    assert (state, f"host-2:8000: {words}" in said, "host-1" in said) == ("warning", True, False)


def test_a_silent_server_is_told_for_a_day_and_then_forgotten() -> None:
    replica("host-1:8000", heard_at=clock.now() - timedelta(hours=23))
    state, words = Doctor().says("replicas")
    assert (state, "host-1:8000: not heard of since 23 hours ago" in words) == ("warning", True)
    assert (forget_replicas(), Replica.objects.count()) == (0, 1)
    Replica.objects.update(heard_at=clock.now() - timedelta(hours=25))
    assert (forget_replicas(), Replica.objects.count()) == (1, 0)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """As the workers of one server share it."""
    monkeypatch.setenv(SHARED_FOLDER, str(tmp_path))
    return tmp_path


def test_a_server_says_that_it_is_there_and_that_it_goes(folder: Path) -> None:
    assert (report(), report()) == (True, True)
    (row,) = Replica.objects.all()
    assert (row.version, row.lacking, row.unknown) == (__version__, 0, 0)
    assert abs(row.ahead_seconds) < 60
    MigrationRecorder(connection).record_applied("console", "9999_later")
    (folder / SAID).unlink()
    report()
    (row,) = Replica.objects.all()
    assert (row.lacking, row.unknown) == (0, 1)
    (folder / STOPPING).touch()
    report()
    assert not Replica.objects.exists()


def test_outside_of_a_server_nobody_says_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SHARED_FOLDER, raising=False)
    assert report()
    assert not Replica.objects.exists()


def test_standbys_are_postgresqls() -> None:
    words = {"sqlite": "SQLite has no standbys.", "postgresql": "No standby follows this database."}
    assert Doctor().says("standbys") == ("not applicable", words[connection.vendor])


def test_no_backup_is_a_warning_where_backups_are_wanted(settings: Settings) -> None:
    assert Doctor().says("backups")[0] == "not applicable"
    settings.ROSTER_BACKUP_WARNING_HOURS = 48
    state, words = Doctor().says("backups")
    assert (state, "set ROSTER_BACKUP_WARNING_HOURS=0" in words) == ("warning", True)


def test_the_last_backup_is_told_with_its_age_and_whether_it_was_proven(settings: Settings) -> None:
    settings.ROSTER_BACKUP_WARNING_HOURS = 6
    row = backup()
    state, words = Doctor().says("backups")
    assert state == "ok"
    assert words.startswith(
        "The last backup was made 5 hours ago (/backups/one on host-1, 1.9 MB), not proven yet"
    )
    Backup.objects.update(proven_at=clock.now() - timedelta(hours=1))
    assert "proven 1 hour ago." in Doctor().says("backups")[1]
    settings.ROSTER_BACKUP_WARNING_HOURS = 4
    state, words = Doctor().says("backups")
    assert (state, "wants one every 4 hours" in words) == ("warning", True)
    settings.ROSTER_BACKUP_WARNING_HOURS = 0
    assert Doctor().says("backups")[0] == "ok"
    Backup.objects.filter(pk=row.pk).update(fault="chain site: event 2: changed")
    state, words = Doctor().says("backups")
    assert (state, "cannot be put back: chain site: event 2" in words) == ("failed", True)


def test_backups_are_forgotten_after_a_year() -> None:
    backup(made_at=clock.now() - timedelta(days=399))
    backup(made_at=clock.now() - timedelta(days=401))
    assert (forget_backups(), Backup.objects.count()) == (1, 1)
