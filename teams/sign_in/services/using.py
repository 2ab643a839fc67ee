"""Using a second factor: each code and each challenge once, however many come with it at the same moment."""

import time
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import STATE_SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase, UpdateError

from console.audit.recording import changing, record
from console.mail import outbox
from console.sessions import SessionStore
from teams.models import User
from teams.sign_in import codes
from teams.sign_in.letters import code_used_letter
from teams.sign_in.queries import Kind, factor
from teams.sign_in.sealing import opened_seed, without_code


def take_code(user: User, code: str) -> Authenticator | None:
    """What the code is of, an app or the recovery codes; it is used up by that."""
    with changing(None) as chain:
        return _take_of_app(user, code) or _take_recovery_code(chain, user, code)


def _take_of_app(user: User, code: str) -> Authenticator | None:
    row = factor(user, Kind.TOTP)
    seed = opened_seed(user, row.data) if row else None
    counter = codes.counter_of(seed, code, time.time()) if seed else None
    if row is None or counter is None or counter <= row.data["used"]:
        return None
    row.data = row.data | {"used": counter}
    row.save(update_fields=["data"])
    return row


def _take_recovery_code(chain: Any, user: User, code: str) -> Authenticator | None:  # noqa: ANN401 - a chain
    row = factor(user, Kind.RECOVERY_CODES)
    data = without_code(user, row.data, codes.plain(code)) if row else None
    if row is None or data is None:
        return None
    row.data = data
    row.save(update_fields=["data"])
    left = len(data["codes"])
    action = "user:recovery-code-used"
    record(chain, actor=user, action=action, target=user, after={"left": left})
    outbox.put(code_used_letter(user, left))
    return row


def take_challenge(session: SessionBase) -> bool:
    """Whether this browser was asked for a passkey; an answer to the same question is refused after it."""
    with changing(None):
        kept = SessionStore(session.session_key)
        if kept.pop(STATE_SESSION_KEY, None) is None:
            return False
        try:
            kept.save()
        except UpdateError:
            return False
    return True
