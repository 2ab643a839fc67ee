"""Liveness and readiness."""

from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from pytest_django import DjangoAssertNumQueries, DjangoDbBlocker, Settings

from console import keyring
from console.serving import health
from tests.front import ask


@pytest.fixture(autouse=True)
def _fresh() -> None:
    health.migrations.applied = False
    keyring.current()


def test_live_asks_no_database() -> None:
    # Without the `db` fixture, any question to the database is a failure.
    assert (ask("/livez").status, ask("/livez").json) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_ready_when_everything_is_there() -> None:
    assert (ask("/readyz").status, ask("/readyz").json) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_the_schema_is_asked_about_until_it_is_complete(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    ask("/readyz")
    with django_assert_num_queries(3):  # whether it answers, and whether it is an older database
        ask("/readyz")


@pytest.mark.django_db
def test_not_ready_while_migrations_wait() -> None:
    ((app, last),) = MigrationLoader(connection).graph.leaf_nodes("robots")
    MigrationRecorder(connection).record_unapplied(app, last)
    answer = ask("/readyz")
    assert (answer.status, answer.json["failed"]) == (503, ["migrations"])
    assert answer.headers["Retry-After"] == "2"


@pytest.mark.django_db
def test_not_ready_without_the_keyrings_file(settings: Settings, tmp_path: Path) -> None:
    settings.ROSTER_KEYRING_FILE = tmp_path / "keyring.json"
    assert ask("/readyz").json["failed"] == ["keyring"]
    assert not settings.ROSTER_KEYRING_FILE.exists()


def test_not_ready_without_a_database(django_db_blocker: DjangoDbBlocker) -> None:
    with django_db_blocker.block():
        answer = ask("/readyz")
    assert answer.status == 503
    assert "database" in answer.json["failed"]
