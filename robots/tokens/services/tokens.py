"""Changes to tokens."""

import uuid
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from console.audit.recording import Chain, EventActor, changing, record
from console.errors import Conflict
from console.minted_secrets import Plaintext
from console.network_modes import NetworkMode
from console.permissions.decision import Actor, require_lasting
from console.permissions.vocabulary import Permission, Permissions
from robots.accounts.services.addresses import as_limited
from robots.accounts.services.robots import as_recorded, end_robot
from robots.base.credentials import (
    Kind,
)
from robots.models import Robot, Secret, Token
from robots.policies.enforcement import require_allowed
from robots.tokens.services.minting import Minted, mint
from robots.tokens.services.repetition import refuse_repetition
from teams.models import User


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
    network_mode: str = NetworkMode.ENFORCE.value,
    own: Plaintext | None = None,
    request_key: uuid.UUID | None = None,
) -> Minted:
    """Make a token of `robot` with one secret, which is in the returned value and nowhere else.

    `own` is a secret that somebody chose. Raises `RepeatedRequest` when `request_key` has made a token
    before.
    """
    token = Token(
        robot=robot,
        name=name,
        permissions=permissions,
        addresses=addresses,
        network_mode=network_mode,
        expires_at=expires_at,
        created_by=actor.actor_label,
    )
    return _create(actor, token, kind, request_key, own)


def create_personal_token(
    *,
    actor: User,
    name: str,
    expires_at: datetime | None = None,
    kind: str = Kind.SIGNED,
    permissions: Permissions | None = None,
    addresses: str = "",
    network_mode: str = NetworkMode.ENFORCE.value,
    request_key: uuid.UUID | None = None,
) -> Minted:
    """Make a token with which its holder is the actor. Otherwise as `create_token`."""
    token = Token(
        user=actor,
        name=name,
        permissions=permissions,
        addresses=addresses,
        network_mode=network_mode,
        expires_at=expires_at,
        created_by=actor.actor_label,
    )
    return _create(actor, token, kind, request_key)


def _create(
    actor: Actor,
    token: Token,
    kind: str,
    request_key: uuid.UUID | None,
    own: Plaintext | None = None,
) -> Minted:
    if own is not None:
        require_to_create(actor, token, Kind.OWN)  # before its hash: that is slow on purpose
    # Signing takes milliseconds, so it is done before the chain is locked.
    minted = mint(actor, token, kind, request_key, own)
    with changing(token.owner.chain_organization) as chain:
        refuse_repetition(token.owner, request_key)
        token.refetch_owner()
        save_token(chain, actor, minted)
    return minted


def save_token(
    chain: Chain, actor: Actor, minted: Minted, noted: dict[str, str] | None = None
) -> None:
    """Write token and secret if the actor may, with their event: within a change under way."""
    add_token(actor, minted.token, minted.secret.kind)
    _write_secret(minted)
    record_created(chain, actor, minted.token, minted.secret.recorded | (noted or {}))


def add_token(actor: Actor, token: Token, kind: str = "") -> None:
    """Write a token's row if the actor may; nothing logs in with it yet. The policy is asked about the
    `kind` of its first secret, too, where that is known.
    """
    require_to_create(actor, token, kind)
    _refuse_taken_name(token)
    # What nobody typed is right already; each look-up here is made while the chain is locked.
    token.full_clean(exclude={"uuid", "organization", "user" if token.robot else "robot"})
    token.save()
    token.owner.keep_next_expiry()


def require_to_create(actor: Actor, token: Token, kind: str) -> None:
    """The actor must be allowed to make this token, and the policy must allow it."""
    require_lasting(actor)
    token.require_over(actor, Permission.TOKEN_CREATE)
    token.require_to_confer(actor)
    require_allowed(token.owner, ends_at=token.expires_at, kind=kind)


def save_secret(minted: Minted) -> None:
    """Write a secret's row beside its token's: the policy has to allow both now."""
    secret, token = minted.secret, minted.token
    require_allowed(token.owner, ends_at=token.expires_at, kind=secret.kind)
    _write_secret(minted)


def _write_secret(minted: Minted) -> None:
    secret = minted.secret
    secret.token = minted.token
    if secret.kind == Kind.OWN:
        _refuse_second_own(minted.token)
    # The database holds what no form can get wrong: digest or hash, unique, of a known kind.
    secret.full_clean(exclude={"token"}, validate_unique=False, validate_constraints=False)
    secret.save()


def _refuse_second_own(token: Token) -> None:
    """A login name is checked against the own secret of one token."""
    others = Secret.objects.live().filter(kind=Kind.OWN, token__robot=token.robot)
    other = others.filter(token__revoked_at=None).exclude(token_id=token.pk).first()
    if other is not None:
        raise ValidationError(
            {
                "own_secret": "A robot account has one token with an own secret at most; here it is "
                f"{other.token.name}. Let Roster make this one."
            }
        )


def record_created(chain: Chain, actor: Actor, token: Token, noted: dict[str, Any]) -> None:
    narrowed = None if token.permissions is None else sorted(token.permissions)
    after = {"name": token.name, "expires_at": token.expires_at, "permissions": narrowed}
    record(
        chain,
        actor=actor,
        action="token:created",
        target=token,
        after=after | as_limited(token) | noted,
    )


def _refuse_taken_name(token: Token) -> None:
    """A role token's name is unique among those of its level, whatever the role."""
    robot, name = token.robot, token.name
    if robot is None or not robot.is_role_account:
        return
    level = Robot.objects.role_accounts().filter(
        organization=robot.organization, project=robot.project
    )
    if Token.objects.living().filter(robot__in=level, name=name).exists():
        where = robot.project or robot.organization
        raise NameTaken(f"A role token of {where} is called {name}. Choose another name.")


def delete_token(*, actor: Actor, token: Token) -> None:
    """End a token for good. Its row stays as revoked; its name is free again. With the last token of a role's
    account goes the account: it is there for its tokens alone, and the next one makes it anew.
    """
    with changing(token.owner.chain_organization) as chain:
        token.refetch_owner()
        token.require_over(actor, Permission.TOKEN_DELETE)
        if not end_token(token):
            raise Conflict("The token has been deleted meanwhile.")
        record(
            chain, actor=actor, action="token:deleted", target=token, before={"name": token.name}
        )
        end_left_account(chain, actor, token)


def end_token(token: Token) -> bool:
    """Revoke a token within a change, with its owner as it is now; false where it was revoked before."""
    if not Token.objects.living().filter(pk=token.pk).update(revoked_at=timezone.now()):
        return False
    token.owner.keep_next_expiry()
    return True


def end_left_account(chain: Chain, actor: EventActor, token: Token) -> None:
    """With the last token of a role's account goes the account."""
    robot = token.robot
    if robot and robot.role_name and not robot.tokens.living().exists():
        before = as_recorded(robot)
        end_robot(robot)
        record(chain, actor=actor, action="robot:deleted", target=robot, before=before)
