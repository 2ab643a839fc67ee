"""Where tokens were used from, and what an organization's tokens did by day: written with the usage."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Max, Min
from django.utils import timezone

from console.audit.recording import System, chain_of, changing, record
from console.models import Event
from console.networks import sort_key
from console.notices.kinds import TOKEN_NEW_ADDRESS
from robots.models import Secret, Token, TokenAddress
from robots.models.usage import ACCEPTED
from robots.usage.counters import Gathered, LastUse
from robots.usage.telling import tell_of_use

MAX_ADDRESSES = 100  # of one token; those that it was used from longest ago go
CHUNK = 500
ONE_DAY = timedelta(days=1)
NEW_ADDRESS = "token:new-address"

# A token or organization may be gone when this is written; there is nothing to count for then.
DAY = """
INSERT INTO robots_dailyuse (organization_id, day, accepted, refused)
SELECT id, %s, %s, %s FROM console_organization WHERE id = %s
ON CONFLICT (organization_id, day) DO UPDATE SET
accepted = robots_dailyuse.accepted + excluded.accepted,
refused = robots_dailyuse.refused + excluded.refused
"""
OUTCOME = """
INSERT INTO robots_dailyoutcome (organization_id, day, verifier, outcome, count)
SELECT id, %s, %s, %s, %s FROM console_organization WHERE id = %s
ON CONFLICT (organization_id, day, verifier, outcome) DO UPDATE SET
count = robots_dailyoutcome.count + excluded.count
"""
SEEN = """
INSERT INTO robots_tokenaddress (token_id, address, address_key, first_seen_at, last_seen_at, count)
SELECT id, %s, %s, %s, %s, %s FROM robots_token WHERE id = %s
ON CONFLICT (token_id, address) DO UPDATE SET
last_seen_at = CASE WHEN excluded.last_seen_at > robots_tokenaddress.last_seen_at
    THEN excluded.last_seen_at ELSE robots_tokenaddress.last_seen_at END,
count = robots_tokenaddress.count + excluded.count
"""
FORGET = """
DELETE FROM robots_tokenaddress WHERE token_id = %s AND id NOT IN (
SELECT id FROM robots_tokenaddress WHERE token_id = %s ORDER BY last_seen_at DESC, id DESC LIMIT %s)
"""


def lock_tokens(gathered: Gathered) -> dict[int, int]:
    """Make the rows of all tokens that were used or refused ours; say which organization each is in."""
    ids = sorted({token for token, *_ in gathered.counts} | gathered.last.keys())
    homes: dict[int, int] = {}
    for chunk in _chunks(ids):
        tokens = Token.objects.select_for_update(no_key=True).filter(pk__in=chunk).order_by("id")
        homes.update(tokens.values_list("id", "organization_id"))
    return {token: home for token, home in homes.items() if home is not None}


def add_days(cursor: CursorWrapper, gathered: Gathered, homes: dict[int, int]) -> None:
    """Add what was counted to the days of the tokens' organizations."""
    figures: Counter[tuple[int, date, bool]] = Counter()
    for (token, on, _, outcome), number in gathered.counts.items():
        if token in homes:
            figures[homes[token], on, outcome == ACCEPTED] += number
    day = connection.ops.adapt_datefield_value
    days = sorted({(home, on) for home, on, _ in figures})
    rows = [(day(on), figures[home, on, True], figures[home, on, False], home) for home, on in days]
    if rows:
        cursor.executemany(DAY, rows)
        cursor.executemany(OUTCOME, _outcomes(gathered, homes))


def _outcomes(gathered: Gathered, homes: dict[int, int]) -> list[tuple[Any, ...]]:
    """The same by verifier and outcome."""
    figures: Counter[tuple[int, date, str, str]] = Counter()
    for (token, on, verifier, outcome), number in gathered.counts.items():
        if token in homes:
            figures[homes[token], on, verifier, outcome] += number
    day = connection.ops.adapt_datefield_value
    return [
        (day(on), verifier, outcome, number, home)
        for (home, on, verifier, outcome), number in sorted(figures.items())
    ]


def add_addresses(cursor: CursorWrapper, gathered: Gathered) -> dict[int, str]:
    """Write where tokens were used from; say which came from an address that was not there, and one each."""
    if not gathered.addresses:
        return {}
    before = TokenAddress.objects.aggregate(last=Max("id"))["last"] or 0
    moment = connection.ops.adapt_datetimefield_value
    cursor.executemany(
        SEEN,
        [
            (address, sort_key(address), moment(seen.first), moment(seen.last), seen.count, token)
            for (token, address), seen in sorted(gathered.addresses.items())
        ],
    )
    # Ids only grow, so what is above the last one was not there.
    rows = TokenAddress.objects.filter(id__gt=before).values_list("token_id", "address")
    fresh = {token: address for token, address in rows if (token, address) in gathered.addresses}
    if fresh:
        cursor.executemany(FORGET, [(token, token, MAX_ADDRESSES) for token in sorted(fresh)])
    return fresh


def _chunks(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]


def tell_move(token_id: int, used: LastUse) -> None:
    """Record that a token came from a new address, once a day and not on its first day of use.

    Not of the login of a trust: jobs run wherever their CI has room.
    """
    tokens = Token.objects.select_related("robot__organization").filter(by_trust=False)
    token = tokens.filter(pk=token_id).first()
    if token is None or token.robot is None or not _is_settled(token):
        return
    with changing(token.robot.organization) as chain:
        if _is_told(token):
            return
        record(
            chain,
            actor=System(f"{used.use.verifier} verifier", "verifier"),
            action=NEW_ADDRESS,
            target=token,
            after={"address": used.use.address, "verifier": used.use.verifier},
        )
        tell_of_use(TOKEN_NEW_ADDRESS, token, used, "was used from a new address")


def _is_told(token: Token) -> bool:
    """Whether any process recorded this within the day. Asked under the chain's lock."""
    return Event.objects.filter(
        chain=chain_of(token.of_robot.organization),
        target_uuid=token.uuid,
        action=NEW_ADDRESS,
        created_at__gt=timezone.now() - ONE_DAY,
    ).exists()


def _is_settled(token: Token) -> bool:
    """Whether its first day of use is over: until then every address is new."""
    first = Secret.objects.filter(token=token).aggregate(at=Min("first_used_at"))["at"]
    return first is not None and bool(first < timezone.now() - ONE_DAY)
