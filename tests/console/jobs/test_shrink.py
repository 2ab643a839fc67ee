"""An SQLite file becomes smaller once its rows have gone."""

from pathlib import Path

import pytest
from django.db.utils import ConnectionHandler

from console.databases.connections import database_of
from console.jobs import statistics

MEGABYTE = 1024 * 1024


@pytest.mark.django_db
def test_a_file_gives_back_what_purged_rows_took(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "roster.sqlite3"
    database = ConnectionHandler({"default": database_of(f"sqlite:///{file}")})["default"]
    monkeypatch.setattr(statistics, "connection", database)
    with database.cursor() as cursor:
        cursor.execute("CREATE TABLE purged (number INTEGER PRIMARY KEY, text BLOB)")
        for _ in range(40):
            cursor.execute("INSERT INTO purged (text) VALUES (zeroblob(%s))", [MEGABYTE])
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert file.stat().st_size > 40 * MEGABYTE
        cursor.execute("DELETE FROM purged")
        statistics.shrink()
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    assert 3 * MEGABYTE < file.stat().st_size < 5 * MEGABYTE
