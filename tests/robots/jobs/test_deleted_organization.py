"""An organization that is deleted while a job is about to write something of it: the job goes on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from console.models import OutgoingMail
from robots.access.services.organization_deletion import delete_organization
from robots.jobs.next_expiry import move_on
from robots.jobs.notices import send_notices
from robots.models import NoticeSent, Robot, Token
from tests.conftest import Cast

DAY = timedelta(days=1)


@contextmanager
def once_after(table: str, change: Callable[[], object]) -> Iterator[None]:
    """Let `change` happen right after the first look into that table, as another process would."""
    waiting = [change]

    def look(execute: Any, sql: str, *others: Any) -> Any:
        found = execute(sql, *others)
        if waiting and sql.startswith("SELECT") and f'FROM "{table}"' in sql:
            waiting.pop()()
        return found

    with connection.execute_wrapper(look):
        yield
    assert waiting == []


def delete(cast: Cast) -> Callable[[], object]:
    return lambda: delete_organization(actor=cast.owner, organization=cast.organization)


@pytest.mark.parametrize("job", [send_notices, move_on])
def test_a_job_passes_over_it_and_does_the_rest(cast: Cast, job: Callable[[], int]) -> None:
    now = timezone.now()
    Token.objects.update(created_at=now - 90 * DAY, expires_at=now + 5 * DAY)
    Robot.objects.filter(tokens__in=Token.objects.all()).update(next_expiry_at=now - DAY)
    table = "robots_token" if job is send_notices else "robots_robot"
    with time_machine.travel(now, tick=False), once_after(table, delete(cast)):
        assert job() == 1
    assert not Token.objects.filter(organization=cast.organization).exists()
    left = Robot.objects.get(pk=cast.other_robot.pk)
    if job is move_on:
        assert left.next_expiry_at == now + 5 * DAY
    else:
        assert NoticeSent.objects.get().token.robot == left
        # The other one is to the owner of what was deleted.
        assert OutgoingMail.objects.count() == 2
