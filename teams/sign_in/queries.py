"""Where a person is signed in, and with what."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator

from console.models import Session
from console.sessions import content_of
from console.signed_in import SignIn, sign_in_of
from teams.models import User
from teams.sign_in.devices import device

# More browsers than anybody has; the page says so.
MOST_SESSIONS = 100
MOST_PASSKEYS = 20
Kind = Authenticator.Type


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One browser in which somebody is signed in."""

    uuid: UUID
    device: str
    agent: str
    address: str
    signed_in_at: datetime
    seen_at: datetime
    is_this: bool


def sessions_of(user: User, this_key: str | None) -> list[SessionRow]:
    """The person's sessions, this browser's first, then as they were used last."""
    own = Session.objects.held_by(user.pk).going_on().order_by("-seen_at", "digest")
    this = Session.objects.with_key(this_key or "").values_list("pk", flat=True).first()
    rows = [_row(session, this) for session in own[:MOST_SESSIONS]]
    return sorted((row for row in rows if row), key=lambda row: not row.is_this)


def _row(session: Session, this: Any) -> SessionRow | None:  # noqa: ANN401 - a primary key
    sign_in = sign_in_to(session)
    if sign_in is None:
        return None
    return SessionRow(
        session.uuid,
        device(sign_in.agent),
        sign_in.agent,
        sign_in.address,
        sign_in.at,
        session.seen_at,
        session.pk == this,
    )


def sign_in_to(session: Session) -> SignIn | None:
    """Where it was begun."""
    return sign_in_of(content_of(session) or {})


def find_session(user: User, uuid: UUID) -> Session | None:
    """One of the person's own."""
    own = Session.objects.held_by(user.pk).going_on()
    return next((session for session in own if session.uuid == uuid), None)


def factor(user: User, kind: str) -> Authenticator | None:
    """The one of a kind that there is one of: the app, the recovery codes."""
    return Authenticator.objects.filter(user=user, type=kind).first()


def passkeys(user: User) -> list[Authenticator]:
    """The person's passkeys, oldest first."""
    return list(Authenticator.objects.filter(user=user, type=Kind.WEBAUTHN).order_by("pk"))


def find_passkey(user: User, number: int) -> Authenticator | None:
    """One of the person's own."""
    return Authenticator.objects.filter(user=user, type=Kind.WEBAUTHN, pk=number).first()


@dataclass(frozen=True, slots=True)
class PasskeyRow:
    """A passkey as its row says it."""

    pk: int
    name: str
    created_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Factors:
    """What a person signs in with besides the password."""

    passkeys: list[PasskeyRow]
    app: Authenticator | None
    codes_left: int | None

    @property
    def is_ready(self) -> bool:
        """Whether the password alone does not suffice."""
        return bool(self.passkeys or self.app)


def factors_of(user: User) -> Factors:
    """All of them, by one query."""
    rows = list(Authenticator.objects.filter(user=user).order_by("pk"))
    of = {kind: [row for row in rows if row.type == kind] for kind in Kind}
    return Factors(
        [
            PasskeyRow(row.pk, row.data["name"], row.created_at, row.last_used_at)
            for row in of[Kind.WEBAUTHN]
        ],
        next(iter(of[Kind.TOTP]), None),
        next((len(row.data["codes"]) for row in of[Kind.RECOVERY_CODES]), None),
    )
