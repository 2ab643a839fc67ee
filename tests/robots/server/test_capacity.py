"""How many workers there are unless told otherwise, and what the database has to let in for them."""

import os
from typing import Any

import pytest
from django.db import connection

from console.configuration.machine import default_workers
from robots.server.capacity import describe

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("cores", "workers"), [(1, 1), (4, 4), (8, 8), (9, 8), (128, 8)])
def test_a_large_machine_does_not_take_all_connections_that_there_are(
    monkeypatch: pytest.MonkeyPatch, cores: int, workers: int
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(cores)))
    assert default_workers() == workers


def test_what_the_workers_need_is_said(settings: Any) -> None:
    settings.ROSTER_WORKERS = 1
    assert describe().startswith("1 worker (ROSTER_WORKERS)")


def test_more_than_the_database_lets_in_is_said(settings: Any) -> None:
    settings.ROSTER_WORKERS = 1000
    is_server = connection.vendor == "postgresql"
    assert ("Lower ROSTER_WORKERS or raise max_connections." in describe()) == is_server
