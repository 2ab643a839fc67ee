"""Counts what the database is asked."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from console.databases import statements


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Every query, Django's and those that verifiers put to the driver themselves."""
    asked: list[str] = []
    run = statements._execute

    def execute(database: Any, sql: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
        asked.append(sql)
        return run(database, sql, parameters)

    with monkeypatch.context() as patch, CaptureQueriesContext(connection) as django:
        patch.setattr(statements, "_execute", execute)
        yield asked
    asked += [query["sql"] for query in django.captured_queries]
