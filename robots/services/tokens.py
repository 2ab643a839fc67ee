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
from robots.services.policy import require_allowed
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


class NameTaken(Conflict):
    """Another role's token, or this one's, has the name at its level."""

    title = "This name is taken"


def create_token(
    *,
    actor: Actor,
    robot: Robot,
    name: str,
    expires_at: datetime | None = None,
    kind: str = Kind.SIGNED,
    permissions: Permissions | None = None,
    addresses: str = "",
    request_key: uuid.UUID | None = None,
) -> Minted:
    """Make a token of `robot` with one secret, which is in the returned value and nowhere else.

    Raises `RepeatedRequest` when `request_key` has made a token before.
    """
    token = Token(
        robot=robot, name=name, permissions=permissions, addresses=addresses,
        expires_at=expires_at, created_by=actor.actor_label,
    )  # fmt: skip
    # Signing takes milliseconds, so it is done before the organization is locked.
    minted = mint(actor, token, kind, request_key)
    with changing(robot.organization) as chain:
        refuse_repetition(robot, request_key)
        token.robot = robot = present(robot)
        save_token(chain, actor, minted)
    return minted


def mint(actor: Actor, token: Token, kind: str, request_key: uuid.UUID | None) -> Minted:
    """The secret of a token that is not saved yet."""
    _must_be_ahead(token.expires_at)
    plaintext = _mint(kind, token)
    return Minted(token, secret_row(token, kind, plaintext, actor, request_key), plaintext)


def save_token(
    chain: Chain, actor: Actor, minted: Minted, noted: dict[str, str] | None = None
) -> None:
    """Write token and secret if the actor may, with their event: within a change under way."""
    token, secret, robot = minted.token, minted.secret, minted.token.of_robot
    require(actor, Permission.TOKEN_CREATE, robot)
    _refuse_taken_name(robot, token.name)
    require_to_hold_what(actor, robot, token.permissions)
    require_allowed(robot, ends_at=token.expires_at, kind=secret.kind)
    token.full_clean()
    token.save()
    secret.token = token
    secret.full_clean()
    secret.save()
    keep_next_expiry(robot)
    narrowed = None if token.permissions is None else sorted(token.permissions)
    limited = {"addresses": token.addresses} if token.addresses else {}
    after = {"name": token.name, "kind": secret.kind, "expires_at": token.expires_at}
    record(
        chain, actor=actor, action="token:created", target=token,
        after=after | {"permissions": narrowed} | limited | (noted or {}),
    )  # fmt: skip


def _refuse_taken_name(robot: Robot, name: str) -> None:
    """A role token's name is unique among those of its level, whatever the role."""
    if not robot.is_role_account:
        return
    level = Robot.objects.role_accounts().filter(
        organization=robot.organization, project=robot.project
    )
    if Token.objects.living().filter(robot__in=level, name=name).exists():
        where = robot.project or robot.organization
        raise NameTaken(f"A role token of {where} is called {name}. Choose another name.")


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


def refuse_repetition(robot: Robot, request_key: uuid.UUID | None) -> None:
    """Raise `RepeatedRequest` when `request_key` made a token of this robot before."""
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
