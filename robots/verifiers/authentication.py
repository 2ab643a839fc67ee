"""User name and secret, or bearer, to a credential: the one way in for every verifier.

A revocation counts from the next call: everything is read from the database each time. The caller of a
refused credential always gets the same 401; the reason is for counters and owners.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import unquote
from uuid import UUID

from console import keyring, networks
from console.network_modes import NetworkMode
from console.permissions.decision import Limits
from robots.base.credentials import PURPOSE, Kind, digest, may_be_own, parse
from robots.base.states import Refusal, earlier
from robots.secrets.matching import right_one
from robots.usage import counters
from robots.usage.counters import Use
from robots.verifiers import hot_queries
from robots.verifiers.credential import Credential
from robots.verifiers.hot_queries import SecretRow

# Why whoever holds a right secret is not let in where they came, whatever its state.
Admission = Callable[[SecretRow], Refusal | None]
# How many own secrets one name is checked against: those that work, and the last one that has ended.
MAX_OWN = 2


def everybody(row: SecretRow) -> None:
    """The `Admission` of what is open to every owner of a token."""


def authenticate(
    username: str | None,
    secret: str,
    use: Use,
    refusal: Admission = everybody,
    *,
    exempt: bool = False,
) -> Credential | Refusal:
    """The credential behind `secret`, or why not. Counts the use, or the refusal, of a known token.

    `username` is `None` for a bearer; where `exempt`, lists of addresses do not count. Raises `TooMany`
    while this process is busy with somebody else's own secret, and after too many wrong ones.
    """
    now = datetime.now(UTC)
    candidates = _candidates(username, secret, now)
    if not candidates:
        counters.unknown(use)
        return Refusal.UNKNOWN
    right = right_one(candidates, secret, use.address)
    fault = Refusal.WRONG_SECRET
    if right is not None:
        if username is None or names(right, username):
            return admit(right, use, refusal, exempt=exempt)
        fault = Refusal.WRONG_NAME
    counters.refused((right or candidates[0]).token_id, fault, use, now)
    return fault


def admit(
    row: SecretRow, use: Use, refusal: Admission = everybody, *, exempt: bool = False
) -> Credential | Refusal:
    """The credential of a secret that somebody has proved to hold, or why it is not in force now."""
    now = datetime.now(UTC)
    found = judge(row, use, refusal, exempt=exempt)
    if isinstance(found, Refusal):
        counters.refused(row.token_id, found, use, now)
    else:
        counters.accepted(row, use, now, is_outside=found.is_outside)
    return found


def judge(
    row: SecretRow, use: Use, refusal: Admission = everybody, *, exempt: bool = False
) -> Credential | Refusal:
    """The same, not counted."""
    outside = [] if exempt else _outside(row, use)
    reason = (
        _state_refusal(row, datetime.now(UTC))
        or next((why for mode, why in outside if mode != NetworkMode.OBSERVE), None)
        or refusal(row)
    )
    return reason or _credential(row, use, is_outside=bool(outside))


def _candidates(username: str | None, secret: str, now: datetime) -> list[SecretRow]:
    """The rows that `secret` may be: those of the token it claims, or the one with its digest.

    What is neither may be somebody's own secret, for which the user name is needed.
    """
    parsed = parse(secret)
    if parsed is None:
        return _own(username, now) if username and may_be_own(secret) else []
    if parsed.kind == Kind.COMPACT:
        return _by_digest(secret)
    return hot_queries.secrets_of_token.rows(access_id=parsed.access_id)


def _by_digest(secret: str) -> list[SecretRow]:
    """One question for each root of the keyring, the newest first."""
    for number in reversed(keyring.numbers()):
        stored = digest(secret, keyring.key(PURPOSE.decode(), number))
        rows = hot_queries.secrets_by_digest.rows(digest=stored)
        if rows:
            return rows
    return []


def _own(username: str, now: datetime) -> list[SecretRow]:
    """The own secrets of the token or robot of that name, of which few enough are checked."""
    rows: list[SecretRow] = []
    for name in {username: None, unquote(username): None}:
        if access_id := _as_access_id(name):
            rows += hot_queries.own_secrets_of_token.rows(access_id=access_id)
        elif name.isprintable():  # PostgreSQL cannot even be asked for the rest
            rows += hot_queries.own_secrets_of_robot.rows(login_name=name)
    rows.sort(key=lambda row: (not _is_over(row.ends_at, now), row.id), reverse=True)
    return rows[:MAX_OWN]


def _as_access_id(name: str) -> UUID | None:
    try:
        return UUID(name)
    except ValueError:
        return None


def _outside(row: SecretRow, use: Use) -> list[tuple[str | None, Refusal]]:
    """The modes of those of the three lists that the address is not in, and what each refuses with."""
    home = (
        row.token__robot__organization__robot_networks,
        row.token__robot__organization__robot_network_mode,
        Refusal.ORGANIZATION_NETWORK,
    )
    lists = (
        (row.token__addresses, row.token__network_mode, Refusal.ADDRESS),
        (row.token__robot__addresses, row.token__robot__network_mode, Refusal.ADDRESS),
        home,
    )
    return [
        (mode, why)
        for allowed, mode, why in lists
        if allowed and not networks.contain(allowed, use.address)
    ]


def names(row: SecretRow, username: str) -> bool:
    """Whether this is the token's access ID, in capitals or not, or its robot's login name, plain or
    percent-encoded.
    """
    names = {username, unquote(username)}
    return row.token__robot__login_name in names or str(row.token__uuid) in map(str.lower, names)


def _state_refusal(row: SecretRow, now: datetime) -> Refusal | None:
    """The first fault in the order of the contract."""
    faults = (
        (row.token__revoked_at, Refusal.REVOKED),
        (row.token__blocked_at, Refusal.BLOCKED),
        (row.token__disabled_at, Refusal.DISABLED),
        (_is_over(row.token__expires_at, now), Refusal.EXPIRED),
        (_is_over(row.ends_at, now), Refusal.SECRET_ENDED),
        (row.token__robot__deleted_at, Refusal.ROBOT_DELETED),
        (row.token__robot__disabled_at, Refusal.ROBOT_DISABLED),
        (_is_over(row.token__robot__expires_at, now), Refusal.ROBOT_EXPIRED),
        (row.token__user_id and not row.token__user__is_active, Refusal.OWNER_INACTIVE),
    )
    return next((reason for fault, reason in faults if fault), None)


def _is_over(end: datetime | None, now: datetime) -> bool:
    return end is not None and end <= now


def _credential(row: SecretRow, use: Use, *, is_outside: bool) -> Credential:
    limits = Limits(row.token__permissions, row.token__robot__project_id)
    ends_at = earlier(row.token__expires_at, row.token__robot__expires_at, row.ends_at)
    return Credential(row, limits, ends_at, use, is_outside=is_outside)
