"""User name and secret, or bearer, to a credential: the one way in for every verifier.

A revocation counts from the next call: everything is read from the database each time. The caller of a
refused credential always gets the same 401; the reason is for counters and owners.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar
from urllib.parse import unquote
from uuid import UUID

from console import keyring, networks
from console.organizations.paths import is_repository_path, place_target
from console.permissions.decision import CameWith, Decision, Held, Limits, Target, decide
from console.permissions.vocabulary import Permission, Permissions, with_implied
from robots.base.credentials import PURPOSE, Kind, digest, may_be_own, parse
from robots.base.network_modes import NetworkMode
from robots.base.states import Refusal, earlier
from robots.secrets.matching import right_one
from robots.usage import counters
from robots.usage.counters import PermissionKey, Use, permission_key
from robots.verifiers import hot_queries
from robots.verifiers.hot_queries import BelongingRow, SecretRow
from teams.models import User

# Why whoever holds a right secret is not let in where they came, whatever its state.
Admission = Callable[[SecretRow], Refusal | None]
# What is at a path, if there is anything, and what the owner of a token holds there.
Holding = tuple[Target | None, list[Held]]
# How many own secrets one name is checked against: those that work, and the last one that has ended.
MAX_OWN = 2
# What may end by itself.
Lasting = TypeVar("Lasting", Held, BelongingRow)


@dataclass(slots=True)
class Credential:
    """A token whose secret was right and which is in force now. An actor."""

    row: SecretRow = field(repr=False)
    limits: Limits
    ends_at: datetime | None
    use: Use
    # Whether an access token stood for the secret.
    briefly: bool = False
    # Whether it came from outside networks that are observed.
    is_outside: bool = False
    # Whether it was asked about a path that is not, or not there, in its robot's organization.
    looked_elsewhere: bool = False
    # What a robot was allowed by what it holds: uses, once the answer is yes.
    exercised: set[PermissionKey] = field(default_factory=set, repr=False)

    @property
    def actor_kind(self) -> str:
        return "robot" if self.row.token__robot_id else "user"

    @property
    def actor_uuid(self) -> UUID:
        owner = self.row.token__robot__uuid or self.row.token__user__uuid
        return owner or self.access_id

    @property
    def actor_label(self) -> str:
        """The robot's login name, or the person's e-mail address."""
        return self.row.token__robot__login_name or self.row.token__user__email or ""

    @property
    def access_id(self) -> UUID:
        return self.row.token__uuid

    @property
    def came_with(self) -> CameWith:
        return CameWith(self.access_id, self.row.id, self.briefly)

    @property
    def is_operator(self) -> bool:
        return False

    def prove_presence(self) -> None:
        """A secret was right just now: nothing more is asked."""

    def note_use(self, permission: Permission, target: Target) -> None:
        """Of people nothing is kept."""
        if self.row.token__robot_id is not None:
            self.exercised.add(permission_key(self.row.token__robot_id, permission, target))

    def note_uses(self, permissions: Permissions) -> None:
        """Of what was told to somebody who decides elsewhere, all counts, wherever the robot holds it."""
        if self.organization_id is not None:
            for permission in permissions:
                self.note_use(permission, Target(self.organization_id))

    def decide(self, held: list[Held], permission: Permission, target: Target) -> Decision:
        """Whether `held` is enough. What is public anyway is used by who holds it, too."""
        decision = decide(held, permission, target, self.limits)
        if decision.because or (decision and any(it.confers(permission, target) for it in held)):
            self.note_use(permission, target)
        return decision

    @property
    def organization_id(self) -> int | None:
        """The robot's organization; `None` for a person, who may belong to several."""
        return self.row.token__robot__organization_id

    def grants_on(self, target: Target) -> list[Held]:
        """What the owner holds in the target's organization as it is now; a robot, in its own."""
        if self.row.token__user_id is not None:
            return self._lasting(User.objects.get(pk=self.row.token__user_id).grants_on(target))
        if self.organization_id != target.organization_id:
            return []
        rows = hot_queries.grants_of_robot.rows(
            robot_id=self.row.token__robot_id, organization_id=target.organization_id
        )
        return self._lasting([row.held() for row in rows])

    def _lasting(self, held: list[Lasting]) -> list[Lasting]:
        """Those that have not ended. What is answered by them is good until the first of them ends."""
        if all(each.expires_at is None for each in held):
            return held
        now = datetime.now(UTC)
        kept = [each for each in held if each.expires_at is None or each.expires_at > now]
        self.ends_at = earlier(self.ends_at, *(each.expires_at for each in kept))
        return kept

    def permissions_in(self, organization_id: int) -> Permissions:
        """What the owner holds anywhere in an organization, as the token is narrowed.

        A project's robot holds something in its project alone.
        """
        home, narrowing = self.limits.project_id, self.limits.permissions
        grants = (
            grant.permissions
            for grant in self.grants_on(Target(organization_id))
            if grant.organization_id == organization_id
            and (home is None or grant.project_id in (None, home))
        )
        held = with_implied(frozenset[Permission]().union(*grants))
        return held if narrowing is None else held & with_implied(narrowing)

    def belongings(self) -> list[BelongingRow]:
        """A robot's teams, and the roles that it holds on its whole organization.

        A project's robot acts inside its project alone, whatever the rows say.
        """
        if self.limits.project_id is not None:
            return []
        rows = hot_queries.belongings_of_robot.rows(robot_id=self.row.token__robot_id)
        return [row for row in self._lasting(rows) if row.organization_id == self.organization_id]

    def on_place(self, path: str) -> Holding:
        """The organization, project or repository at `path`, and what the owner holds there. Of a repository,
        the cost does not grow with grants elsewhere.
        """
        target, held = self._read(path)
        if target is None or target.organization_id != self.organization_id:
            self.looked_elsewhere = True
        return target, held

    def _read(self, path: str) -> Holding:
        if self.row.token__robot_id is not None and is_repository_path(path):
            target, held = hot_queries.grants_of_robot_on(path, self.row.token__robot_id)
            return target, self._lasting(held)
        target = place_target(path)
        return target, self.grants_on(target) if target else []


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
    outside = [] if exempt else _modes_outside(row, use)
    is_away = any(mode != NetworkMode.OBSERVE for mode in outside)
    reason = (
        _state_refusal(row, datetime.now(UTC))
        or (Refusal.ADDRESS if is_away else None)
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


def _modes_outside(row: SecretRow, use: Use) -> list[str | None]:
    """The modes of those of the two lists that the address is not in."""
    lists = (
        (row.token__addresses, row.token__network_mode),
        (row.token__robot__addresses, row.token__robot__network_mode),
    )
    return [
        mode for allowed, mode in lists if allowed and not networks.contain(allowed, use.address)
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
