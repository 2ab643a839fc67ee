"""Changes to what a person signs in with besides the password: app, passkeys, recovery codes.

Each is an event and a letter, and what is added or taken away signs out every other browser: one that was
signed in by password alone does not come to stand for an account that has more.
"""

import time
from typing import Any

from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError

from console.audit.recording import changing, record
from console.errors import Conflict
from console.mail import outbox
from console.models import Session
from teams.models import User
from teams.sign_in import codes
from teams.sign_in.letters import factor_letter
from teams.sign_in.queries import MOST_PASSKEYS, Kind, factor, passkeys
from teams.sign_in.sealing import digested_codes, sealed_seed

WRONG = "That code is not right. Wait for the next one, and look whether the telephone's clock is."
APP, CODES = "an authenticator app", "recovery codes"


def _tell(chain: Any, user: User, action: str, what: str) -> None:  # noqa: ANN401 - a chain
    """The event, and the letter to whoever it belongs to."""
    record(chain, actor=user, action=action, target=user, after={"factor": what})
    outbox.put(factor_letter(user, action, what))


def _first_codes(user: User) -> list[str]:
    """Recovery codes, when there are none: whoever loses the first factor needs them."""
    return [] if factor(user, Kind.RECOVERY_CODES) else _new_codes(user)


def _new_codes(user: User) -> list[str]:
    made = codes.new_recovery_codes()
    Authenticator.objects.filter(user=user, type=Kind.RECOVERY_CODES).delete()
    data = digested_codes(user, map(codes.plain, made))
    Authenticator.objects.create(user=user, type=Kind.RECOVERY_CODES, data=data)
    return made


def add_app(*, actor: User, seed: str, code: str, keep: str | None) -> list[str]:
    """Take codes of the app that has this seed from now on; recovery codes, if these are the first.

    `keep` is the key of the session that stays signed in, here and below.
    """
    with changing(None) as chain:
        if factor(actor, Kind.TOTP):
            raise Conflict("Your account has an authenticator app already. Remove it first.")
        counter = codes.counter_of(seed, code, time.time())
        if counter is None:
            raise ValidationError({"code": WRONG})
        data = sealed_seed(actor, seed, counter)
        Authenticator.objects.create(user=actor, type=Kind.TOTP, data=data)
        _sign_out_others(actor, keep)
        _tell(chain, actor, "user:factor-added", APP)
        return _first_codes(actor)


def add_passkey(
    *, actor: User, name: str, credential: dict[str, Any], keep: str | None
) -> list[str]:
    """Take a passkey that was checked; recovery codes, if this is the first factor."""
    with changing(None) as chain:
        if len(passkeys(actor)) >= MOST_PASSKEYS:
            raise Conflict(f"An account has {MOST_PASSKEYS} passkeys at most. Remove one first.")
        data = {"name": name, "credential": credential}
        Authenticator.objects.create(user=actor, type=Kind.WEBAUTHN, data=data)
        _sign_out_others(actor, keep)
        _tell(chain, actor, "user:factor-added", f"the passkey {name}")
        return _first_codes(actor)


def rename_passkey(*, actor: User, passkey: Authenticator, name: str) -> None:
    with changing(None) as chain:
        before = passkey.data["name"]
        if name == before:
            return
        passkey.data = passkey.data | {"name": name}
        passkey.save(update_fields=["data"])
        record(
            chain,
            actor=actor,
            action="user:passkey-renamed",
            target=actor,
            before={"name": before},
            after={"name": name},
        )


def remove_factor(*, actor: User, row: Authenticator, keep: str | None) -> None:
    """Take an app or a passkey away. Without any, recovery codes open nothing, so they go as well."""
    what = APP if row.type == Kind.TOTP else f"the passkey {row.data['name']}"
    with changing(None) as chain:
        number, _ = Authenticator.objects.filter(pk=row.pk).delete()
        if not number:
            return
        rest = Authenticator.objects.filter(user=actor)
        if not rest.exclude(type=Kind.RECOVERY_CODES).exists():
            rest.delete()
        _sign_out_others(actor, keep)
        _tell(chain, actor, "user:factor-removed", what)


def renew_recovery_codes(*, actor: User, keep: str | None) -> list[str]:
    """Other codes instead of those there were; only for whoever has something to recover."""
    with changing(None) as chain:
        if not Authenticator.objects.filter(user=actor).exists():
            raise Conflict("Recovery codes come with the first passkey or authenticator app.")
        made = _new_codes(actor)
        _sign_out_others(actor, keep)
        _tell(chain, actor, "user:factor-added", CODES)
        return made


def _sign_out_others(user: User, keep: str | None) -> None:
    own = Session.objects.with_key(keep or "").values("pk")
    Session.objects.held_by(user.pk).exclude(pk__in=own).delete()
