"""What registries tell decides nothing: no verifier reads a word of it, and no answer changes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from pytest_django import Settings

from console.serving.callers import Proxies
from robots.models import ArtifactUse, CountedEvent, Tag
from tests.conftest import Cast
from tests.remembered import forget
from tests.robots.artifacts.telling import Registry, event
from tests.robots.verifiers.proxied import PEER
from tests.robots.verifiers.puller import PLACE, Asked, Puller

pytestmark = pytest.mark.usefixtures("listed")
TOLD = [model._meta.db_table for model in (Tag, ArtifactUse, CountedEvent)] + [
    "console_retiredpath"
]


@contextmanager
def unread() -> Iterator[None]:
    """Statements meanwhile name nothing of what registries told."""

    def watch(execute: Any, sql: str, *others: Any) -> Any:
        assert not [table for table in TOLD if table in sql], sql
        return execute(sql, *others)

    with connection.execute_wrapper(watch):
        yield


def answers(puller: Puller) -> Asked:
    """What each verifier says now, asked with nothing remembered and once more."""
    forget()
    with unread():
        first, again = puller.asked(), puller.asked()
    assert first == again
    return first


@pytest.fixture
def listed(settings: Settings) -> None:
    """The proxy from which questions come is a listed one."""
    settings.PROXIES = Proxies(PEER)


@pytest.fixture
def puller(cast: Cast) -> Puller:
    return Puller(cast, cast.organization)


def test_no_verifier_reads_it_and_no_answer_changes(cast: Cast, puller: Puller) -> None:
    before = answers(puller)
    told = [event(action, tag, path=PLACE) for action in ("push", "pull") for tag in ("1", "2")]
    Registry(cast).tells(*told, event("delete", "1", "", path=PLACE))
    assert answers(puller) == before
    assert any(before.values())
