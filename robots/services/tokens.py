"""Changes to tokens."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from console import keyring
from console.audit import Chain, changing, record
from console.errors import Conflict
from console.permissions import Actor, Permission, Permissions, require
from robots import keys
from robots.credentials import PURPOSE, Kind, Plaintext, digest, mint_compact, mint_signed
from robots.models import Robot, Secret, SigningKey, Token
from robots.services.robots import keep_next_expiry, present, require_to_hold_what


@dataclass(frozen=True, slots=True)
class Minted:
    """A new token, its secret's row, and the secret itself for the one answer it belongs in."""

    token: Token
    secret: Secret
    plaintext: Plaintext


class RepeatedRequest(Conflict):
    """The same request came before: `token` is what it made. Its secret is not shown again."""

    def __init__(self, token: Token) -> None:
        super().__init__("This token was created by an earlier try.")
        self.token = token


def create_token(
    *,
    actor: Actor,
    robot: Robot,
    name: str,
    expires_at: datetime | None = None,
    kind: str = Kind.SIGNED,
    permissions: Permissions | None = None,
    request_key: uuid.UUID | None = None,
) -> Minted:
    """Make a token of `robot` with one secret, which is in the returned value and nowhere else.

    Raises `RepeatedRequest` when `request_key` has made a token before.
    """
    token = Token(
        robot=robot, name=name, permissions=permissions, expires_at=expires_at,
        created_by=actor.actor_label,
    )  # fmt: skip
    _must_be_ahead(expires_at)
    # Signing takes milliseconds, so it is done before the organization is locked.
    plaintext = _mint(kind, token)
    secret = secret_row(token, kind, plaintext, actor, request_key)
    with changing(robot.organization) as chain:
        _refuse_repetition(robot, request_key)
        token.robot = robot = present(robot)
        _save(chain, actor, Minted(token, secret, plaintext))
    return Minted(token, secret, plaintext)


def _save(chain: Chain, actor: Actor, minted: Minted) -> None:
    """Write token and secret, if the actor may, with their event."""
    token, secret, robot = minted.token, minted.secret, minted.token.of_robot
    require(actor, Permission.TOKEN_CREATE, robot)
    require_to_hold_what(actor, robot, token.permissions)
    token.full_clean()
    token.save()
    secret.token = token
    secret.full_clean()
    secret.save()
    keep_next_expiry(robot)
    narrowed = None if token.permissions is None else sorted(token.permissions)
    record(
        chain, actor=actor, action="token:created", target=token,
        after={"name": token.name, "kind": secret.kind, "expires_at": token.expires_at,
               "permissions": narrowed},
    )  # fmt: skip


def _must_be_ahead(expires_at: datetime | None) -> None:
    if expires_at is not None and expires_at <= timezone.now():
        raise ValidationError({"expires_at": "Choose a moment in the future."})


def _mint(kind: str, token: Token) -> Plaintext:
    if kind == Kind.COMPACT:
        return mint_compact()
    key = keys.current(SigningKey.Purpose.ROBOT_TOKENS)
    return mint_signed(
        (key.kid, key.sign),
        access_id=token.uuid,
        robot=token.of_robot.uuid,
        issuer=settings.ROSTER_ORIGIN,
        expires_at=token.expires_at,
    )


def secret_row(
    token: Token, kind: str, plaintext: Plaintext, actor: Actor, request_key: uuid.UUID | None
) -> Secret:
    """The row that will recognize `plaintext`: its digest under the keyring's newest root."""
    number = keyring.current()
    return Secret(
        token=token,
        kind=kind,
        digest=digest(plaintext.reveal(), keyring.key(PURPOSE.decode(), number)),
        root_number=number,
        created_by=actor.actor_label,
        request_key=request_key,
    )


def _refuse_repetition(robot: Robot, request_key: uuid.UUID | None) -> None:
    if request_key is None:
        return
    earlier_secret = Secret.objects.filter(request_key=request_key).select_related("token").first()
    if earlier_secret is None:
        return
    if earlier_secret.token.robot_id != robot.pk:
        raise Conflict("This form was used already. Reload it and try again.")
    raise RepeatedRequest(earlier_secret.token)


def mark_handed_over(secret: Secret) -> None:
    """Note that the answer with the secret has gone out."""
    Secret.objects.filter(pk=secret.pk, handed_over_at=None).update(handed_over_at=timezone.now())


def delete_token(*, actor: Actor, token: Token) -> None:
    """End a token for good. Its row stays as revoked; its name is free again."""
    robot = token.of_robot
    with changing(robot.organization) as chain:
        robot = present(robot)
        require(actor, Permission.TOKEN_DELETE, robot)
        found = Token.objects.living().filter(pk=token.pk).update(revoked_at=timezone.now())
        if not found:
            raise Conflict("The token has been deleted meanwhile.")
        keep_next_expiry(robot)
        record(
            chain, actor=actor, action="token:deleted", target=token, before={"name": token.name}
        )
