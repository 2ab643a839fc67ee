"""What registries tell at the same time, and beside what ends it."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection

from console.models import Event, Repository
from robots.access.services.deletions import delete_project, delete_repository
from robots.access.services.organization_deletion import delete_organization
from robots.models import ArtifactUse, Tag
from tests.conftest import Cast
from tests.front import Answer
from tests.races.starting import at_barrier
from tests.robots.artifacts.telling import Registry, event

pytestmark = pytest.mark.usefixtures("shared")
EACH = 8
PATH = "acme/payments/new"


def totals(answers: list[Any]) -> Counter[str]:
    """What all the events came to."""
    assert {type(answer) for answer in answers} == {Answer}, answers
    assert {answer.status for answer in answers} == {200}
    return sum((Counter(answer.json) for answer in answers), Counter())


def test_the_same_event_several_times_at_once_counts_once(shared: None, cast: Cast) -> None:
    registry, told = Registry(cast), event()
    came_to = totals(at_barrier(*[partial(registry.send, told)] * EACH))
    assert came_to == {"counted": 1, "repeated": EACH - 1}
    assert ArtifactUse.objects.get().count == 1


def test_one_repository_is_registered_once_and_each_event_counts(shared: None, cast: Cast) -> None:
    registry = Registry(cast)
    calls = [partial(registry.send, event(path=PATH, tag=f"{n % 2}")) for n in range(EACH)]
    assert totals(at_barrier(*calls)) == {"counted": EACH}
    made = Repository.objects.get(name="new")
    assert Event.objects.filter(action="repository:registered").count() == 1
    assert set(made.tags.values_list("name", flat=True)) == {"0", "1"}
    assert sum(made.uses.values_list("count", flat=True)) == EACH


def endings(cast: Cast) -> dict[str, Callable[[], object]]:
    by: dict[str, Any] = {"actor": cast.owner}
    return {
        "repository": partial(delete_repository, **by, repository=cast.repository),
        "project": partial(delete_project, **by, project=cast.project),
        "organization": partial(delete_organization, **by, organization=cast.organization),
    }


@pytest.mark.parametrize("what", ["repository", "project", "organization"])
def test_what_is_told_beside_an_end_is_gone_with_it(shared: None, cast: Cast, what: str) -> None:
    registry = Registry(cast)
    several = [event(tag=f"{n}", path=f"acme/payments/{path}") for n in range(3) for path in "ab"]
    registry.tells(*several)
    calls = [partial(registry.send, event(), *several) for _ in range(EACH)]
    ended, *answers = at_barrier(endings(cast)[what], *calls)
    assert ended is None
    came_to = totals(answers)
    assert came_to["counted"] + came_to["repeated"] + came_to["ignored"] == 7 * EACH
    connection.check_constraints()
    assert not Tag.objects.filter(name="1", repository=cast.repository).exists()
    assert not Repository.objects.filter(pk=cast.repository.pk).exists()
    assert what == "repository" or not Tag.objects.exists()
