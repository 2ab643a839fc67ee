"""Secrets of tokens in memory: made or chosen, and the rows by which they are recognized later."""

import uuid
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from console import keyring
from console.audit.recording import EventActor
from console.minted_secrets import Plaintext
from robots.base.credentials import (
    PURPOSE,
    Kind,
    digest,
    hash_own,
    mint_compact,
    mint_signed,
    own_secret_faults,
)
from robots.models import Secret, SigningKey, Token
from robots.policies.enforcement import require_ahead
from robots.secrets import signing_keys
from teams.models import User


@dataclass(frozen=True, slots=True)
class Minted:
    """A new token, its secret's row, and the secret itself for the one answer it belongs in."""

    token: Token
    secret: Secret
    plaintext: Plaintext
    # Of a rotation: whether it ended the older of two secrets.
    ended_older: bool = False


def mint(
    actor: EventActor,
    token: Token,
    kind: str,
    request_key: uuid.UUID | None,
    own: Plaintext | None = None,
) -> Minted:
    """A secret for a token, in memory alone."""
    require_ahead(token.expires_at)
    if own is not None or kind == Kind.OWN:
        _require_rule(own)
    plaintext = own or _mint(kind, token)
    kind = Kind.OWN if own else kind
    return Minted(token, secret_row(token, kind, plaintext, actor, request_key), plaintext)


def _require_rule(own: Plaintext | None) -> None:
    if faults := own_secret_faults(own.reveal() if own else ""):
        raise ValidationError({"own_secret": faults})


def prepare_to_mint(kind: str) -> None:
    """Make the key that signs, if there is none: a change of the site's chain, which is locked first."""
    if kind == Kind.SIGNED:
        signing_keys.current(SigningKey.Purpose.ROBOT_TOKENS)


def _mint(kind: str, token: Token) -> Plaintext:
    if kind == Kind.COMPACT:
        return mint_compact()
    return mint_signed(
        signing_keys.current(SigningKey.Purpose.ROBOT_TOKENS).signer,
        access_id=token.uuid,
        subject=f"{token.owner.actor_kind}|{token.owner.uuid}",
        issuer=settings.ROSTER_ORIGIN,
        expires_at=token.expires_at,
    )


def secret_row(
    token: Token, kind: str, plaintext: Plaintext, actor: EventActor, request_key: uuid.UUID | None
) -> Secret:
    """The row that will recognize `plaintext`: its digest or hash under the keyring's newest root."""
    number = keyring.current()
    key = keyring.key(PURPOSE.decode(), number)
    is_own = kind == Kind.OWN
    return Secret(
        token=token,
        kind=kind,
        digest=None if is_own else digest(plaintext.reveal(), key),
        argon2_hash=hash_own(plaintext.reveal(), key) if is_own else "",
        root_number=number,
        created_by=actor.actor_label,
        seen_by=actor.actor_uuid if actor.actor_kind == User.actor_kind else None,
        request_key=request_key,
    )


def mark_handed_over(secret: Secret) -> None:
    """Note that the answer with the secret has gone out."""
    Secret.objects.filter(pk=secret.pk, handed_over_at=None).update(handed_over_at=timezone.now())
