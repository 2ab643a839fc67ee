"""What a PATCH of many fields takes: one lock, one look at what it changes, its events in order."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from console.audit.recording import chain_of
from console.audit.verification import verify_chain
from console.models import AuditHead, Event
from robots.models import Robot, Token
from tests.api.updates import changeables
from tests.conftest import Cast

LOCK = f'SELECT "{AuditHead._meta.db_table}"'
ACTIONS = {
    "robots-api:robot": [
        *("robot:disabled", "robot:addresses-changed", "robot:networks-observed", "robot:updated"),
    ],
    "robots-api:token": [
        *("token:disabled", "token:addresses-changed", "token:networks-observed"),
        "token:expiry-changed",
    ],
}


def under_the_lock(queries: CaptureQueriesContext) -> list[str]:
    """What was asked between the one lock and the end of the change."""
    asked = [query["sql"] for query in queries]
    (lock,) = (place for place, sql in enumerate(asked) if sql.startswith(LOCK))
    ended = [place for place, sql in enumerate(asked) if sql.startswith("RELEASE SAVEPOINT")]
    return asked[lock : ended[-1]]


def reads(row: Robot | Token, asked: list[str]) -> int:
    """How many of the statements read the row itself."""
    table = row._meta.db_table
    head, tail = f'SELECT "{table}"."id", "{table}"."', f'"{table}"."id" = {row.pk}'
    return sum(sql.startswith(head) and tail in sql for sql in asked)


@pytest.mark.parametrize("name", ACTIONS)
def test_a_patch_of_everything_locks_once_and_reads_once(furnished: Cast, name: str) -> None:
    resource, chain = changeables(furnished)[name], chain_of(furnished.organization)
    before = AuditHead.objects.get(chain=chain).number
    with CaptureQueriesContext(connection) as queries:
        resource.patch(resource.first)
    row = (
        furnished.robot if name == "robots-api:robot" else furnished.robot.tokens.get(name="steady")
    )
    assert reads(row, under_the_lock(queries)) == 1
    events = Event.objects.filter(chain=chain, number__gt=before).order_by("number")
    assert [event.action for event in events] == ACTIONS[name]
    assert verify_chain(chain) == []
