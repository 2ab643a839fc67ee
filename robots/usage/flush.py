"""Writing gathered usage down: portable statements, one transaction, every few seconds and at a stop.

What could not be written waits for the next time, so the counts stay exact as long as the process
lives; losing the process loses seconds of counters and nothing else.
"""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import connection, transaction
from django.utils import timezone

from console import measures
from console.audit.recording import System, chain_of, changing, record
from console.databases.faults import explained
from console.failures import Failures
from console.models import Event, Organization
from robots.base.states import Refusal
from robots.models import Token
from robots.models.usage import ACCEPTED
from robots.usage import by_address, counters
from robots.usage.by_address import tell_move
from robots.usage.counters import Gathered, LastUse, OutsideKey, RefusalKey
from robots.usage.outside import add_outside, tell_outside
from robots.usage.replaced import end_replaced, replacing
from robots.usage.telling import tell_of_reuse

ONE_EVENT_IN = timedelta(hours=1)
REFUSED_ACTION = "token:refused"

# A token may be gone when its count is written; the row then has nothing to count for.
COUNT = """
INSERT INTO robots_usage (token_id, day, verifier, outcome, count)
SELECT id, %s, %s, %s, %s FROM robots_token WHERE id = %s
ON CONFLICT (token_id, day, verifier, outcome) DO UPDATE SET count = robots_usage.count + excluded.count
"""
LAST_USE = """
UPDATE robots_token SET last_used_at = %s, idle_since = %s, last_used_address = %s,
last_used_agent = %s, last_used_verifier = %s, last_used_repository = %s
WHERE id = %s AND last_used_at < %s
"""
REFUSED_ON = """
UPDATE robots_token SET refused_on = %s WHERE id = %s AND (refused_on IS NULL OR refused_on < %s)
"""
ROBOT_USED = "UPDATE robots_robot SET last_used_at = %s WHERE id = %s AND last_used_at < %s"
FIRST_USED = """
UPDATE robots_secret SET first_used_at = COALESCE(first_used_at, %s),
handed_over_at = COALESCE(handed_over_at, %s) WHERE id = %s
"""
LATEST_USED = """
UPDATE robots_secret SET last_used_at = %s, last_used_address = %s
WHERE id = %s AND (last_used_at IS NULL OR last_used_at < %s)
"""
SERVICE_ASKED = """
UPDATE console_servicesecret SET last_used_at = %s
WHERE id = %s AND (last_used_at IS NULL OR last_used_at < %s)
"""
# A robot may be gone as well. Of several processes each writes a use once a day.
EXERCISED = """
INSERT INTO robots_permissionuse (robot_id, project_id, repository_id, permission, last_used_on)
SELECT id, %s, %s, %s, %s FROM robots_robot WHERE id = %s
ON CONFLICT (robot_id, project_id, repository_id, permission) DO UPDATE
SET last_used_on = excluded.last_used_on
WHERE robots_permissionuse.last_used_on < excluded.last_used_on
"""

failures = Failures(structlog.get_logger("roster.usage"))
untold = Failures(structlog.get_logger("roster.usage"))
_flushing = threading.Lock()


def flush() -> bool:
    """Write down what was gathered; false when it could not be, and waits for the next time."""
    with _flushing:
        gathered = counters.take()
        if not gathered:
            return True
        counted = _counted(gathered)
        return _told(gathered) and counted


def _counted(gathered: Gathered) -> bool:
    try:
        fresh, outside = _write(gathered)
    except Exception as fault:  # noqa: BLE001 - nothing was written and everything still counts
        failures.log("usage not written", rows=len(gathered.counts), **explained(fault))
        measures.USAGE_FLUSHES.labels("failed").inc()
        counters.put_back(replace(gathered, refusals={}, moved={}, strayed={}, replaced={}))
        return False
    for token, address in fresh.items():
        used = gathered.last[token]
        gathered.moved[token] = replace(used, use=replace(used.use, address=address))
    counters.note_written(gathered.exercised)
    for token, verifier, address in outside:
        used = gathered.last[token]
        there = replace(used.use, verifier=verifier, address=address)
        gathered.strayed[token] = replace(used, use=there)
    measures.USAGE_FLUSHES.labels("written").inc()
    return True


def _write(gathered: Gathered) -> tuple[dict[int, str], list[OutsideKey]]:
    """Everything in one transaction; say which tokens came from an address that is new, and from which, and
    what outside of observed networks is new.

    The tokens' rows are locked first and in one order, so that two processes never wait crosswise.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        homes = by_address.lock_tokens(gathered)
        for statement, rows in _statements(gathered):
            if rows:
                cursor.executemany(statement, rows)
        by_address.add_days(cursor, gathered, homes)
        gathered.replaced |= replacing(gathered.first)
        return by_address.add_addresses(cursor, gathered), add_outside(cursor, gathered)


def _statements(gathered: Gathered) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
    moment, day = connection.ops.adapt_datetimefield_value, connection.ops.adapt_datefield_value
    last = sorted(gathered.last.items())
    yield LAST_USE, [_token_row(token_id, used, moment(used.at)) for token_id, used in last]
    refused = {(token, on) for token, on, _, outcome in gathered.counts if outcome != ACCEPTED}
    yield REFUSED_ON, [(day(on), token, day(on)) for token, on in sorted(refused)]
    yield ROBOT_USED, _robot_rows(gathered.last)
    first = sorted(gathered.first.items())
    yield FIRST_USED, [(moment(at), moment(at), pk) for pk, at in first]
    used = sorted(gathered.secrets.items())
    yield LATEST_USED, [(moment(it.at), it.use.address, pk, moment(it.at)) for pk, it in used]
    asked = sorted(gathered.services.items())
    yield SERVICE_ASKED, [(moment(at), pk, moment(at)) for pk, at in asked]
    yield EXERCISED, list(_exercised_rows(gathered))
    yield (
        COUNT,
        [
            (day(on), verifier, outcome, number, token_id)
            for (token_id, on, verifier, outcome), number in sorted(gathered.counts.items())
        ],
    )


def _token_row(token_id: int, used: LastUse, at: Any) -> tuple[Any, ...]:  # noqa: ANN401 - as the database takes it
    use, day = used.use, connection.ops.adapt_datefield_value(used.at.date())
    return (at, day, use.address, use.agent, use.verifier, use.repository, token_id, at)


def _exercised_rows(gathered: Gathered) -> Iterator[tuple[Any, ...]]:
    day = connection.ops.adapt_datefield_value
    for (robot_id, project_id, repository_id, name), on in sorted(gathered.exercised.items()):
        yield project_id, repository_id, str(name), day(on), robot_id


def _robot_rows(last: dict[int, LastUse]) -> list[tuple[Any, ...]]:
    latest: dict[int, datetime] = {}
    for used in last.values():
        if used.robot_id is not None:
            latest[used.robot_id] = max(used.at, latest.get(used.robot_id, used.at))
    moment = connection.ops.adapt_datetimefield_value
    return [(moment(at), robot_id, moment(at)) for robot_id, at in sorted(latest.items())]


def _told(gathered: Gathered) -> bool:
    """Make an event of each refusal that is the first of its kind in an hour, and of new addresses; end
    what was to end with the first use of another secret.
    """
    return all(
        [
            *(
                _try(end_replaced, *it, Gathered(replaced=dict([it])))
                for it in gathered.replaced.items()
            ),
            *(_try(_tell, *it, Gathered(refusals=dict([it]))) for it in gathered.refusals.items()),
            *(_try(tell_move, *it, Gathered(moved=dict([it]))) for it in gathered.moved.items()),
            *(
                _try(tell_outside, *it, Gathered(strayed=dict([it])))
                for it in gathered.strayed.items()
            ),
        ]
    )


def _try(tell: Callable[[Any, Any], None], key: Any, used: Any, again: Gathered) -> bool:  # noqa: ANN401 - what `tell` takes
    try:
        tell(key, used)
    except Exception as fault:  # noqa: BLE001 - the next one may do, and this one waits
        untold.log("event not recorded", key=key, **explained(fault))
        counters.put_back(again)
        return False
    return True


def _tell(key: RefusalKey, refused: LastUse) -> None:
    token_id, reason = key
    token = Token.objects.select_related("robot__organization", "user").filter(pk=token_id).first()
    if token is None:
        return
    organization = token.robot.organization if token.robot else None
    with changing(organization) as chain:
        if _is_told(organization, token, reason):
            return
        use = refused.use
        record(
            chain,
            actor=System(f"{use.verifier} verifier", "verifier"),
            action=REFUSED_ACTION,
            target=token,
            after={"reason": reason, "address": use.address, "verifier": use.verifier},
        )
        if reason == Refusal.SECRET_ENDED:
            tell_of_reuse(token, refused)


def _is_told(organization: Organization | None, token: Token, reason: Refusal) -> bool:
    """Whether any process recorded this within the hour. Asked under the chain's lock."""
    events = Event.objects.filter(
        chain=chain_of(organization),
        target_uuid=token.uuid,
        action=REFUSED_ACTION,
        created_at__gt=timezone.now() - ONE_EVENT_IN,
    )
    return any(event.after.get("reason") == reason for event in events)
