"""Statements on the driver's own cursor: the traps that were measured, on real databases."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.db import DatabaseError, OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.postgresql.base import DatabaseWrapper as PostgreSQLWrapper
from django.db.backends.sqlite3.base import DatabaseWrapper as SQLiteWrapper
from django.db.models import UUIDField

from console.databases import statements
from console.databases.connections import POSTGRESQL_OPTIONS
from console.databases.statements import InstancesStatement, Parameter, Statement
from console.models import Project
from robots.models import Robot, Token
from robots.verifiers import hot_queries
from tests.conftest import Cast
from tests.interop.postgresql import PostgreSQL, postgresql

SELECT = "SELECT state FROM tokens ORDER BY id"
ALL_STATEMENTS = [name for name, value in vars(hot_queries).items() if isinstance(value, Statement)]


def wrapper(kind: type[BaseDatabaseWrapper], **parts: Any) -> BaseDatabaseWrapper:
    """A connection of its own, beside the test's."""
    return kind(connection.settings_dict | {"OPTIONS": {}, "CONN_MAX_AGE": None} | parts, "own")


def execute(database: BaseDatabaseWrapper, sql: str) -> None:
    with database.cursor() as cursor:
        cursor.execute(sql)


@pytest.fixture
def sqlite(tmp_path: Path, django_db_blocker: Any) -> Iterator[list[BaseDatabaseWrapper]]:
    """Two connections to one file in WAL mode, with ten active tokens in it."""
    with django_db_blocker.unblock():
        pair = [wrapper(SQLiteWrapper, NAME=str(tmp_path / "own.sqlite3")) for _ in range(2)]
        execute(pair[0], "PRAGMA journal_mode=WAL")
        execute(pair[0], "CREATE TABLE tokens (id INTEGER PRIMARY KEY, state TEXT)")
        for _ in range(10):
            execute(pair[0], "INSERT INTO tokens (state) VALUES ('active')")
        yield pair
        for database in pair:
            database.close()


def test_sqlite_sees_a_revocation_as_soon_as_it_is_committed(
    sqlite: list[BaseDatabaseWrapper],
) -> None:
    reader, writer = sqlite
    assert statements._fetch(reader, SELECT, [])[0] == ("active",)
    execute(writer, "UPDATE tokens SET state = 'revoked'")
    assert statements._fetch(reader, SELECT, [])[0] == ("revoked",)


def test_the_trap_itself_an_unfinished_cursor_keeps_its_snapshot(
    sqlite: list[BaseDatabaseWrapper],
) -> None:
    """What `_execute` must not do; should this ever fail, SQLite has changed."""
    reader, writer = sqlite
    reader.ensure_connection()
    unfinished = reader.connection.execute(SELECT)
    unfinished.fetchone()
    execute(writer, "UPDATE tokens SET state = 'revoked'")
    assert statements._fetch(reader, SELECT, [])[0] == ("active",)
    unfinished.fetchall()
    assert statements._fetch(reader, SELECT, [])[0] == ("revoked",)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgreSQL]:
    with postgresql(tmp_path_factory.mktemp("statements")) as running:
        yield running


@pytest.fixture
def postgres(server: PostgreSQL, django_db_blocker: Any) -> Iterator[BaseDatabaseWrapper]:
    with django_db_blocker.unblock():
        database = wrapper(
            PostgreSQLWrapper,
            NAME="postgres",
            USER="postgres",
            PASSWORD="",
            HOST="127.0.0.1",
            PORT=str(server.port),
            OPTIONS=dict(POSTGRESQL_OPTIONS),
        )
        yield database
        database.close()


def test_postgresql_replaces_a_dead_connection_once(
    server: PostgreSQL, postgres: BaseDatabaseWrapper
) -> None:
    assert statements._fetch(postgres, "SELECT %s::int", [1]) == [(1,)]
    server.break_connections()
    assert statements._fetch(postgres, "SELECT %s::int", [2]) == [(2,)]


def test_postgresql_that_is_gone_is_an_operational_error_and_comes_back(
    server: PostgreSQL, postgres: BaseDatabaseWrapper
) -> None:
    assert statements._fetch(postgres, "SELECT 1", [])
    server.stop()
    for _ in range(2):
        with pytest.raises(OperationalError):
            statements._fetch(postgres, "SELECT 1", [])
    server.start()
    assert statements._fetch(postgres, "SELECT 1", []) == [(1,)]


def test_postgresql_prepares_a_statement(postgres: BaseDatabaseWrapper) -> None:
    for number in range(3):
        statements._fetch(postgres, "SELECT %s::int + 41", [number])
    found = statements._fetch(postgres, "SELECT statement FROM pg_prepared_statements", [])
    assert ("SELECT $1::int + 41",) in found


def test_postgresql_survives_a_change_of_a_prepared_statements_columns(
    postgres: BaseDatabaseWrapper,
) -> None:
    execute(postgres, "DROP TABLE IF EXISTS kept; CREATE TABLE kept (a int)")
    assert statements._fetch(postgres, "SELECT * FROM kept", []) == []
    execute(postgres, "ALTER TABLE kept ADD COLUMN b int")
    assert statements._fetch(postgres, "SELECT * FROM kept", []) == []


def test_a_fault_that_is_no_lost_connection_is_not_tried_again(
    postgres: BaseDatabaseWrapper,
) -> None:
    with pytest.raises(DatabaseError, match="division by zero"):
        statements._fetch(postgres, "SELECT 1 / %s::int", [0])
    assert statements._fetch(postgres, "SELECT 1", []) == [(1,)]


def test_a_connection_is_not_replaced_inside_a_transaction(
    server: PostgreSQL, postgres: BaseDatabaseWrapper
) -> None:
    """What the transaction has done so far would be lost without a word."""
    postgres.set_autocommit(False)
    postgres.in_atomic_block = True
    server.break_connections()
    with pytest.raises(OperationalError):
        statements._fetch(postgres, "SELECT 1", [])
    postgres.in_atomic_block = False


@pytest.mark.django_db
@pytest.mark.parametrize("name", ALL_STATEMENTS)
def test_no_statement_contains_a_time_or_a_constant_list(name: str) -> None:
    compiled = getattr(hot_queries, name).compiled
    assert " IN (" not in compiled.sql
    assert not re.search(r"\b20\d\d-", compiled.sql)


class ProjectRow(NamedTuple):
    """Columns of several kinds, under their look-ups' names."""

    uuid: Any
    public: bool
    organization__slug: str
    created_at: Any


def test_columns_come_as_the_models_fields_give_them(cast: Cast) -> None:
    statement = Statement(
        ProjectRow, lambda: Project.objects.filter(uuid=Parameter("uuid", UUIDField()))
    )
    (row,) = statement.rows(uuid=cast.project.uuid)
    project = Project.objects.get(pk=cast.project.pk)
    assert row == (project.uuid, False, "acme", project.created_at)


def test_whole_rows_come_as_instances_in_order(cast: Cast) -> None:
    """They can be changed and saved, as any that Django has read."""
    organization, first = cast.organization, Parameter("first")
    for slug in ("alpha", "zeta", "aaa"):
        Project.objects.create(organization=organization, slug=slug, name=slug)
    statement = InstancesStatement(
        lambda: Project.objects.filter(slug__gte=first).order_by("-slug")[:3]
    )
    found = statement.ask(first="alpha")
    assert [project.slug for project in found] == ["zeta", "payments", "payments"]
    as_read = {project.pk: vars(project) for project in Project.objects.all()}
    for project in found:
        own = {name: value for name, value in vars(project).items() if name != "_state"}
        assert own.items() <= as_read[project.pk].items()
    found[0].name = "Changed"
    found[0].save()
    assert Project.objects.get(slug="zeta").name == "Changed"


def test_secrets_of_a_token_come_with_everything_that_decides(cast: Cast) -> None:
    (row,) = hot_queries.secrets_of_token.rows(access_id=cast.token.uuid)
    token = Token.objects.select_related("robot__organization").get(pk=cast.token.pk)
    robot = Robot.objects.get(pk=cast.robot.pk)
    assert row.token__robot__login_name == robot.login_name
    assert row.token__permissions == token.permissions
    assert row.token__robot__organization_id == robot.organization_id
    assert row.handed_over_at is None
