"""`backup`, `backup --verify` and `restore`, on both databases, beside a server that goes on."""

import base64
import json
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from tests.interop.postgresql import on_postgresql, postgresql
from tests.interop.processes import Installation, fetch, serving

FUTURE = "INSERT INTO django_migrations (app, name, applied) VALUES ('console', '9999_later', '2026-01-01')"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """One on PostgreSQL, which is copied and never used."""
    with postgresql(tmp_path_factory.mktemp("database")) as database:
        installation = on_postgresql(database, tmp_path_factory.mktemp("roster"))
        installation.do("prepare")
        yield installation


@pytest.fixture(params=["sqlite", "postgresql"])
def installation(
    request: pytest.FixtureRequest, prepared_data: Path, tmp_path: Path
) -> Installation:
    if request.param == "sqlite":
        return Installation.copied(prepared_data, tmp_path / "roster")
    prepared = request.getfixturevalue("prepared")
    copied = Installation.copied(prepared.folder, tmp_path / "roster")
    name = f"copy_{secrets.token_hex(4)}"
    server = prepared.environment["ROSTER_DATABASE_URL"]
    place = server.removesuffix("postgres")
    with psycopg.connect(f"{place}template1", autocommit=True) as session:
        session.execute(f"CREATE DATABASE {name} TEMPLATE postgres".encode())
    copied.environment |= {
        "ROSTER_DATABASE_URL": f"{place}{name}",
        "ROSTER_KEYRING_FILE": str(copied.folder / "keyring.json"),
        "ROSTER_SECRET_KEY": prepared.environment["ROSTER_SECRET_KEY"],
    }
    return copied


def execute(installation: Installation, statement: str) -> None:
    """What somebody does behind Roster's back."""
    url = installation.environment.get("ROSTER_DATABASE_URL")
    if url:
        with psycopg.connect(url, autocommit=True) as session:
            session.execute(statement.encode())
        return
    with closing(sqlite3.connect(installation.folder / "roster.sqlite3")) as session:
        session.execute(statement)
        session.commit()


def emptied(installation: Installation) -> None:
    """As on a new machine: the keyring is there, and no database yet."""
    if "ROSTER_DATABASE_URL" in installation.environment:
        execute(installation, "DROP SCHEMA public CASCADE")
        execute(installation, "CREATE SCHEMA public")
    for file in installation.folder.glob("roster.sqlite3*"):
        file.unlink()


def backed_up(installation: Installation, folder: Path) -> Path:
    done = installation.manage("backup", str(folder))
    assert done.returncode == 0, done.stderr
    assert str(installation.folder / "keyring.json") in done.stdout
    return folder


def logs_in(installation: Installation, made: dict[str, str]) -> bool:
    both = base64.b64encode(f"{made['login_name']}:{made['secret']}".encode()).decode()
    url = f"{installation.origin}/service/token?service=registry"
    return fetch(url, {"Authorization": f"Basic {both}"})[0] == 200


def test_a_backup_of_a_running_server_is_proven_and_put_back(
    installation: Installation, tmp_path: Path
) -> None:
    with serving(installation):
        made = installation.do("furnish")
        folder = backed_up(installation, tmp_path / "backup")
        later = installation.do("robot_in", project="payments", name="later")
        proven = installation.manage("backup", "--verify", str(folder))
    assert proven.returncode == 0, proven.stderr
    assert proven.stdout.rstrip().endswith("all in order")
    emptied(installation)
    restored = installation.manage("restore", str(folder))
    assert restored.returncode == 0, restored.stderr
    assert "restore_check" in restored.stdout
    with serving(installation, ready=installation.manage("restore_check").returncode == 0):
        assert logs_in(installation, made)
        assert not logs_in(installation, later)


def test_it_has_the_database_and_no_key(installation: Installation, tmp_path: Path) -> None:
    folder = backed_up(installation, tmp_path / "backup")
    names = {path.name for path in folder.iterdir()}
    assert names in ({"database.sqlite3", "manifest.json"}, {"database.dump", "manifest.json"})
    roots = json.loads((installation.folder / "keyring.json").read_text())["roots"]
    for path in folder.iterdir():
        content = path.read_bytes()
        assert not any(root["key"].encode() in content for root in roots), path
        assert path.stat().st_mode & 0o077 == 0
    assert folder.stat().st_mode & 0o077 == 0


def test_what_was_changed_is_not_put_back(installation: Installation, tmp_path: Path) -> None:
    folder = backed_up(installation, tmp_path / "backup")
    (file,) = folder.glob("database.*")
    whole = file.read_bytes()
    said = (folder / "manifest.json").read_text()
    for content, words in (
        (whole[:-1], "is not what was written"),
        (whole[:-1] + bytes([whole[-1] ^ 1]), "is not what was written"),
        (None, "cannot be read"),
    ):
        file.unlink() if content is None else file.write_bytes(content)
        assert words in installation.refusal("backup", "--verify", str(folder))
        assert words in installation.refusal("restore", "--replace", str(folder))
    file.write_bytes(whole)
    for changed, words in (
        (said.replace('"number": ', '"number": 1'), "was changed, or made with another keyring"),
        (said.replace('"format": 1', '"format": 7'), "format 7"),
        (said[:40], "is not the manifest"),
        ("[]", "is not the manifest"),
        (said.replace('"root": 1', '"root": "1"'), "root"),
    ):
        (folder / "manifest.json").write_text(changed)
        assert words in installation.refusal("backup", "--verify", str(folder))


def test_a_log_that_was_changed_before_is_told(installation: Installation, tmp_path: Path) -> None:
    installation.do("furnish")
    execute(installation, "UPDATE console_event SET target_label = 'x' WHERE number = 2")
    folder = backed_up(installation, tmp_path / "backup")
    assert "event 2" in installation.refusal("backup", "--verify", str(folder))
    emptied(installation)
    assert "event 2" in installation.refusal("restore", str(folder))


def test_another_keyring_is_told(installation: Installation, tmp_path: Path) -> None:
    folder = backed_up(installation, tmp_path / "backup")
    keyring = tmp_path / "keyring.json"
    other = Installation(installation.folder)
    other.environment |= installation.environment | {"ROSTER_KEYRING_FILE": str(keyring)}
    assert other.manage("keyring", "--init").returncode == 0
    assert "another keyring" in other.refusal("restore", "--replace", str(folder))


def test_a_newer_version_is_told(installation: Installation, tmp_path: Path) -> None:
    execute(installation, FUTURE)
    folder = backed_up(installation, tmp_path / "backup")
    said = installation.refusal("backup", "--verify", str(folder))
    assert "newer version of Roster (console.9999_later)" in said


def test_nothing_that_is_there_is_lost(installation: Installation, tmp_path: Path) -> None:
    folder = backed_up(installation, tmp_path / "backup")
    assert "exists" in installation.refusal("backup", str(folder))
    there = {"sqlite": "there is a database", "postgresql": "tables: make an empty one"}
    kind = json.loads((folder / "manifest.json").read_text())["database"]
    assert there[kind] in installation.refusal("restore", str(folder))
    assert list(tmp_path.glob("*.unfinished")) == []


def test_a_database_in_use_is_not_replaced(prepared_data: Path, tmp_path: Path) -> None:
    installation = Installation.copied(prepared_data, tmp_path / "roster")
    folder = backed_up(installation, tmp_path / "backup")
    with serving(installation):
        installation.do("furnish")
        assert "in use: stop Roster" in installation.refusal("restore", "--replace", str(folder))
        assert fetch(f"{installation.origin}/readyz")[0] == 200
    done = installation.manage("restore", "--replace", str(folder))
    assert done.returncode == 0, done.stderr
    (kept,) = installation.folder.glob("roster.sqlite3.before-*")
    with closing(sqlite3.connect(kept)) as session:
        assert session.execute("SELECT count(*) FROM robots_robot").fetchone() != (0,)


def test_the_other_kind_of_database_is_told(prepared_data: Path, tmp_path: Path) -> None:
    installation = Installation.copied(prepared_data, tmp_path / "roster")
    folder = backed_up(installation, tmp_path / "backup")
    with postgresql(tmp_path / "database") as database:
        other = on_postgresql(database, tmp_path / "other")
        other.environment["ROSTER_KEYRING_FILE"] = str(installation.folder / "keyring.json")
        assert "is of sqlite" in other.refusal("restore", str(folder))


def test_a_folder_that_cannot_be_written_is_told(prepared_data: Path, tmp_path: Path) -> None:
    installation = Installation.copied(prepared_data, tmp_path / "roster")
    (tmp_path / "file").write_text("")
    assert "cannot be written" in installation.refusal("backup", str(tmp_path / "file" / "backup"))
    assert "cannot be read" in installation.refusal("backup", "--verify", str(tmp_path / "none"))
