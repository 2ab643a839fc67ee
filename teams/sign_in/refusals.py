"""Refused sign-ins: counted and logged each, and of each kind one event an hour for an account.

Events are gathered and written later, so that it takes no longer to be refused where there is an account.
What was typed is never kept or logged where there is none: it may be a password.
"""

import threading
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

import structlog
from django.urls import reverse
from django.utils import timezone

from console import measures
from console.audit.recording import System, changing, record
from console.databases.faults import explained
from console.failures import Failures
from console.http import current
from console.models import Event
from console.models.events import SITE
from console.notices.kinds import SIGN_IN_LOCKED
from console.notices.letters import tell_by_letter
from console.notices.telling import News, told_lately
from teams.models import User

ONE_EVENT_IN = timedelta(hours=1)
WARNED_ONCE_IN = timedelta(days=1)
# Nobody knows who types a password.
SOMEBODY = System("somebody")

logger = structlog.get_logger("roster.sign_in")
failures = Failures(logger)


class Refusal(StrEnum):
    """Why nobody was signed in."""

    PASSWORD = "wrong-password"  # noqa: S105 - a reason
    LOCKED_OUT = "locked-out"
    DISABLED = "disabled"
    CODE = "wrong-code"
    PASSKEY = "wrong-passkey"


ACTIONS = {
    Refusal.PASSWORD: "user:sign-in-failed",
    Refusal.LOCKED_OUT: "user:locked-out",
    Refusal.DISABLED: "user:sign-in-failed",
    Refusal.CODE: "user:sign-in-failed",
    Refusal.PASSKEY: "user:sign-in-failed",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """What there is one event an hour of."""

    user_id: int
    refusal: Refusal


_lock = threading.Lock()
# The address that was refused first.
_waiting: dict[Kind, str] = {}


def note(refusal: Refusal, email: str) -> None:
    """Somebody was refused who came with this address."""
    measures.SIGN_INS.labels(refusal).inc()
    user = User.objects.filter(email=email).only("email").first()
    logger.warning("sign-in refused", reason=refusal, account=user.email if user else None)
    if user is not None:
        with _lock:
            _waiting.setdefault(Kind(user.pk, refusal), current.get().address)


def flush() -> bool:
    """Write down what was gathered; false when it could not be, and waits for the next time."""
    global _waiting
    with _lock:
        taken, _waiting = _waiting, {}
    return all([*(_try(kind, address) for kind, address in taken.items())])


def _try(kind: Kind, address: str) -> bool:
    try:
        _tell(kind, address)
    except Exception as fault:  # noqa: BLE001 - the next one may do, and this one waits
        failures.log("event not recorded", user=kind.user_id, **explained(fault))
        with _lock:
            _waiting.setdefault(kind, address)
        return False
    return True


def _tell(kind: Kind, address: str) -> None:
    user = User.objects.filter(pk=kind.user_id).first()
    if user is None:
        return
    with changing(None) as chain:
        if not _is_told(user, kind.refusal):
            record(
                chain,
                actor=SOMEBODY,
                action=ACTIONS[kind.refusal],
                target=user,
                after={"reason": kind.refusal, "address": address},
            )
            if kind.refusal == Refusal.LOCKED_OUT and user.is_active:
                _warn(user, address)


def _warn(user: User, address: str) -> None:
    """Tell whose account it is: once a day, so that nobody's mailbox is filled by a stranger."""
    if told_lately(SIGN_IN_LOCKED, user.uuid, WARNED_ONCE_IN):
        return
    where = f" from {address}" if address else ""
    words = f"Too many wrong passwords or codes for your account{where}"
    news = News(user, words, reverse("teams:my-account"), [user], {"address": address})
    tell_by_letter(SIGN_IN_LOCKED, None, news)


def _is_told(user: User, refusal: Refusal) -> bool:
    """Whether any process recorded this within the hour. Asked under the chain's lock."""
    events = Event.objects.filter(
        chain=SITE,
        target_uuid=user.uuid,
        action=ACTIONS[refusal],
        created_at__gt=timezone.now() - ONE_EVENT_IN,
    )
    return any(event.after.get("reason") == refusal for event in events)
