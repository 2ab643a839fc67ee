"""V3, once more: reading changes nothing."""

import pytest
from django.conf import settings

from console.models import Session
from robots.usage import counters
from tests.browsers import browser
from tests.checklist.answers import addresses
from tests.conftest import Cast
from tests.front import ask
from tests.snapshots import rows, watched_writes

SAFE = ("GET", "HEAD", "OPTIONS")
# What reading keeps: that a session was used and what a page asked of it, and counters of requests.
BOOKKEEPING = (Session._meta.db_table, settings.CACHES["default"].get("LOCATION", "-"))


# How the operators' page finds out whether the database takes changes; there is no such row.
QUESTION = 'UPDATE "console_joblock" SET "failures" = %s WHERE "console_joblock"."id" = %s'


def is_bookkeeping(statement: str) -> bool:
    return statement == QUESTION or any(f'"{table}"' in statement for table in BOOKKEEPING)


@pytest.mark.parametrize("who", ["owner", "operator"])
@pytest.mark.parametrize("method", SAFE)
def test_reading_changes_nothing(furnished: Cast, who: str, method: str) -> None:
    """V3.5.3: neither GET nor HEAD nor OPTIONS of any address, as those who may do most."""
    client = browser(getattr(furnished, who), confirmed=True, raise_request_exception=False)
    where, before = addresses(furnished), rows()
    for name, address in where.items():
        with watched_writes() as written:
            client.generic(method, address)
        assert [it for it in written if not is_bookkeeping(it)] == [], name
    assert rows() == before


@pytest.mark.parametrize("method", SAFE)
def test_asking_the_front_changes_nothing(furnished: Cast, method: str) -> None:
    """V3.5.3: with a token that may do much; what was asked is counted, and nothing else."""
    counters.take()
    before = rows()
    for path in settings.FRONT_ROUTES:
        ask(path, method, authorization=f"Bearer {furnished.secret}")
    assert rows() == before
    counters.take()
