"""How signing keys change: next, current, retired and gone; withdrawn when one leaked.

Verifiers may keep what they know of the published keys for five minutes. So a key is published before it
signs, stays published while anything that it signed is good, and only one that leaked leaves at once.
"""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone

from console.audit.recording import ROSTER, Chain, EventActor, changing, record
from robots.models import Secret, SigningKey
from robots.secrets.signing_keys import (
    Purpose,
    State,
    certify,
    ensure,
    ensure_all,
    forget,
    make,
    rows_of,
    save,
)

# Verifiers' five minutes, and one for those that were about to ask.
ANNOUNCED = timedelta(minutes=6)
# What registries believe hangs on these.
REGISTRIES = {Purpose.REGISTRY, Purpose.REGISTRY_CA}
# Registry tokens are good for a day at most, whatever the settings were.
SHORT_LIVED = timedelta(days=1, minutes=10)


def rotate(purpose: str, *, actor: EventActor, unannounced: bool = False) -> SigningKey:
    """Let the next key of `purpose` sign from now on, retire the present one, make a new next.

    `ValidationError` while verifiers may not know the next key yet, unless `unannounced`.
    """
    if purpose == Purpose.REGISTRY_CA:
        raise ValidationError(
            "The registry certificate authority is what registries trust; it stays."
        )
    ensure(purpose, actor=actor)
    ensure(purpose, State.NEXT, actor=actor)
    following = make(purpose)
    with changing(None) as chain:
        waiting = rows_of(purpose, State.NEXT).get()
        if not unannounced:
            _require_announced(waiting)
        _retire(rows_of(purpose, State.CURRENT).get())
        save(chain, waiting, State.CURRENT, actor)
        save(chain, following, State.NEXT, actor)
    forget()
    return waiting


def _require_announced(waiting: SigningKey) -> None:
    missing = waiting.created_at + ANNOUNCED - timezone.now()
    if missing > timedelta():
        seconds = int(missing.total_seconds()) + 1
        raise ValidationError(
            f"The next key is too new: verifiers that remember keys for five minutes may not know it."
            f" Try again in {seconds} seconds. If the present key leaked, withdraw it instead."
        )


def _retire(row: SigningKey) -> None:
    """Its private part has done its work, and goes."""
    row.state, row.private, row.retired_at = State.RETIRED, b"", timezone.now()
    row.save(update_fields=["state", "private", "retired_at"])


def withdraw(kid: str, *, actor: EventActor) -> SigningKey:
    """Let nobody believe a key any more that leaked, and the next one sign in its place at once.

    A registry believes what carries a certificate of its authority, whatever Roster publishes. So with a
    key of registries their authority goes, too, and the one that they were given beside it follows.
    """
    ensure_all()
    spares = {purpose: make(purpose) for purpose in Purpose.values}
    with changing(None) as chain:
        row = _of_kid(kid)
        _withdraw(chain, row, actor)
        if row.purpose == Purpose.REGISTRY:
            for authority in rows_of(Purpose.REGISTRY_CA, State.CURRENT):
                _withdraw(chain, authority, actor)
        for purpose, spare in spares.items():
            _fill(chain, purpose, spare, actor)
        if row.purpose in REGISTRIES:
            _certify_anew()
    forget()
    return row


def _of_kid(kid: str) -> SigningKey:
    row = SigningKey.objects.filter(kid=kid).first()
    if row is None:
        raise ValidationError("There is no key of that name; signing_keys lists them.")
    if row.state == State.WITHDRAWN:
        raise ValidationError("This key has been withdrawn already.")
    return row


def _withdraw(chain: Chain, row: SigningKey, actor: EventActor) -> None:
    row.private, row.retired_at = b"", timezone.now()
    save(chain, row, State.WITHDRAWN, actor)


def _fill(chain: Chain, purpose: str, spare: SigningKey, actor: EventActor) -> None:
    """Put the waiting key to use where none is, and let `spare` wait where none does."""
    waiting = rows_of(purpose, State.NEXT).first()
    if waiting is None:
        save(chain, spare, State.NEXT, actor)
    elif not rows_of(purpose, State.CURRENT).exists():
        save(chain, waiting, State.CURRENT, actor)
        save(chain, spare, State.NEXT, actor)


def _certify_anew() -> None:
    """Certificates of the authority that there is now for the keys that sign under it."""
    authority = rows_of(Purpose.REGISTRY_CA, State.CURRENT).get()
    for row in rows_of(Purpose.REGISTRY, State.CURRENT, State.NEXT):
        certify(row, authority)
        row.save(update_fields=["certificate_pem"])


def forget_keys() -> int:
    """Keys that nothing is signed with any more. The job."""
    with changing(None) as chain:
        ended = SigningKey.objects.filter(state__in=[State.RETIRED, State.WITHDRAWN])
        over = [row for row in ended if _is_over(row)]
        for row in over:
            record(chain, actor=ROSTER, action="signing-key:gone", target=row)
            row.delete()
    return len(over)


def _is_over(row: SigningKey) -> bool:
    if row.retired_at is None or row.retired_at > timezone.now() - SHORT_LIVED:
        return False
    if row.purpose != Purpose.ROBOT_TOKENS or row.state == State.WITHDRAWN:
        return True
    signed = Secret.objects.filter(kind=Secret.Kind.SIGNED, created_at__lte=row.retired_at)
    return not signed.exists()
