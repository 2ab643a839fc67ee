"""`manage.py doctor` as operators run it: with databases that are gone or hang, and beside a server."""

import json
import socket
from pathlib import Path

import pytest

from tests.interop.processes import Installation, eventually, serving

PASSWORD = "the-password"


@pytest.fixture
def own(prepared_data: Path, tmp_path: Path) -> Installation:
    return Installation.copied(prepared_data, tmp_path / "roster")


def database(own: Installation, port: int = 0) -> tuple[int, str]:
    """The exit code, and what is said of the database: PostgreSQL at that port, or SQLite."""
    if port:
        own.environment |= {
            "ROSTER_DATABASE_URL": f"postgresql://roster:{PASSWORD}@127.0.0.1:{port}/roster",
            "ROSTER_KEYRING_FILE": str(own.folder / "keyring.json"),
            "ROSTER_SECRET_KEY": "only-for-tests-" * 4,
        }
    ended = own.manage("doctor", "--format", "json", "--timeout", "1")
    assert PASSWORD not in ended.stdout + ended.stderr
    checks = {each["name"]: each for each in json.loads(ended.stdout)["checks"]}
    assert checks["jobs"]["state"] == "not applicable"
    return ended.returncode, f"{checks['database']['state']}: {checks['database']['words']}"


def test_a_database_that_is_gone(own: Installation) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    code, words = database(own, port)
    assert (code, words.startswith("failed: The database does not answer: ")) == (2, True)


def test_a_database_that_hangs(own: Installation) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        code, words = database(own, port)
    assert (code, words.startswith("failed: The database does not answer: ")) == (2, True)


def test_a_file_that_is_no_database(own: Installation) -> None:
    for file in own.folder.glob("roster.sqlite3*"):
        file.unlink()
    (own.folder / "roster.sqlite3").write_bytes(b"x" * 8192)
    code, words = database(own)
    assert (code, words.startswith("failed: ")) == (2, True)


def test_beside_a_server_all_is_well(own: Installation) -> None:
    with serving(own):
        eventually(lambda: own.manage("doctor").returncode == 0, "nothing to complain of")
        told = own.manage("doctor").stdout
    assert f"{own.origin} answers, with its headers for browsers" in told
    assert "They are in " in told
