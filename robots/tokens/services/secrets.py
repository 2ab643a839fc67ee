"""Changes to the secrets of a token that is there: rotate, refresh, end one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from console.audit.recording import changing, record
from console.errors import Conflict
from console.minted_secrets import Plaintext
from console.permissions.decision import Actor, require_lasting
from console.permissions.vocabulary import Permission
from robots.base.credentials import Kind
from robots.base.secret_lifetimes import AFTER, OldEnds
from robots.base.states import earlier
from robots.models import Secret, Token
from robots.policies.enforcement import require_allowed
from robots.tokens.services.minting import Minted, mint
from robots.tokens.services.repetition import refuse_repetition
from robots.tokens.services.tokens import save_secret

MAX_LIVE = 2


HOW_TO_GO_ON = (
    "End the older one first, or with this (`end_older`), or refresh the secret,"
    " which ends both at once."
)
HOW_TO_GO_ON_BY_LINK = (
    "End the older one first, or refresh the secret, which ends both when the link is opened."
)
REPLACED = "This secret has been replaced. Its token is renewed with the newer one."


class TokenExpired(Conflict):
    """A new secret would not work."""

    title = "This token has expired"


class TwoSecrets(Conflict):
    """A rotation is under way."""

    title = "Two secrets work now"


class OnlySecret(Conflict):
    """Without it nobody could log in with the token."""

    title = "It is the token's only secret"


def rotate_token(
    *,
    actor: Actor,
    token: Token,
    current: int | None,
    old_ends: str = OldEnds.DAY,
    kind: str = Kind.SIGNED,
    own: Plaintext | None = None,
    request_key: UUID | None = None,
    end_older: bool = False,
) -> Minted:
    """Make a new secret beside the old one, which ends as `old_ends` says.

    Where two work already it takes `end_older`: the older one ends at once, the newer is the old one then.
    `current` is the id of the newest live secret as the actor saw it; `Conflict` if that has changed.
    Raises `RepeatedRequest` when `request_key` has made a secret before.
    """
    minted = mint_for(actor, token, kind, own, request_key)
    with changing(token.owner.chain_organization) as chain:
        minted = as_it_is_now(actor, minted, current)
        after = put_beside(minted, old_ends, end_older=end_older)
        record(chain, actor=actor, action="token:rotated", target=minted.token, after=after)
    return replace(minted, ended_older="ended_secret_ids" in after)


def refresh_token(
    *,
    actor: Actor,
    token: Token,
    current: int | None,
    kind: str = Kind.SIGNED,
    own: Plaintext | None = None,
    request_key: UUID | None = None,
) -> Minted:
    """Make a new secret; every older one ends at once. `current` and what it raises as for a rotation."""
    minted = mint_for(actor, token, kind, own, request_key)
    with changing(token.owner.chain_organization) as chain:
        minted = as_it_is_now(actor, minted, current)
        after = put_instead(minted)
        record(chain, actor=actor, action="token:refreshed", target=minted.token, after=after)
    return minted


def mint_for(
    actor: Actor, token: Token, kind: str, own: Plaintext | None, request_key: UUID | None
) -> Minted:
    """A secret for a token that is there; before the lock, for it takes milliseconds."""
    if token.expires_at is not None and token.expires_at <= timezone.now():
        raise TokenExpired("A new secret of it would not work. Create another token.")
    if own is not None:  # before its hash: that is slow on purpose
        require_to_rotate(actor, token)
        require_allowed(token.owner, ends_at=token.expires_at, kind=Kind.OWN)
    return mint(actor, token, kind, request_key, own)


def as_it_is_now(actor: Actor, minted: Minted, current: int | None) -> Minted:
    """What was minted, of the token as it is under the lock; refuses what no longer fits."""
    owner = minted.token.owner.refetch()
    refuse_repetition(owner, minted.secret.request_key)
    token = refetch_token(minted.token)
    require_to_rotate(actor, token)
    live = token.secrets.live().first()
    if (live.pk if live else None) != current:
        raise Conflict("The token has a newer secret meanwhile. Look at it, then try again.")
    return replace(minted, token=token)


def refetch_token(token: Token) -> Token:
    """The token as it is now, under the chain's lock; `Conflict` if it went or moved its end."""
    rows = Token.objects.living().select_related(
        "robot__organization", "robot__project__organization", "user"
    )
    found = rows.filter(pk=token.pk).first()
    if found is None:
        raise Conflict("The token has been deleted meanwhile.")
    if found.expires_at != token.expires_at:
        # A signed secret says when its token ends.
        raise Conflict("The token's end has been changed meanwhile. Reload and try again.")
    return found


def require_to_rotate(actor: Actor, token: Token) -> None:
    """The actor must be allowed to, and hold what the new secret lets its holder do."""
    require_lasting(actor)
    token.require_over(actor, Permission.TOKEN_ROTATE)
    refuse_replaced(actor, token)
    token.require_to_confer(actor)


def refuse_replaced(actor: Actor, token: Token) -> None:
    """A secret that has a successor decides no more about its token: it may be the one that leaked."""
    came = actor.came_with
    if came is None or came.access_id != token.uuid:
        return
    newest = token.secrets.live().values_list("pk", flat=True).first()
    if newest != came.secret_id:
        raise PermissionDenied(REPLACED)


def put_beside(minted: Minted, old_ends: str, *, end_older: bool = False) -> dict[str, Any]:
    """Write the new secret and when the old one ends; what of it is recorded."""
    live = list(minted.token.secrets.live())
    old, older = live[: MAX_LIVE - 1], live[MAX_LIVE - 1 :]
    if older and not end_older:
        raise TwoSecrets(HOW_TO_GO_ON)
    save_secret(minted)
    _end(old, OldEnds(old_ends), minted.secret)
    _end(older, OldEnds.NOW, minted.secret)
    ends = [one.ends_at or OldEnds(old_ends).label for one in old]
    noted = _replacing(minted, old) | {"old_secret_ends": ends[0] if ends else None}
    return noted | ({"ended_secret_ids": [one.pk for one in older]} if older else {})


def put_instead(minted: Minted) -> dict[str, Any]:
    """Write the new secret and end the others; what of it is recorded."""
    live = list(minted.token.secrets.live())
    save_secret(minted)
    _end(live, OldEnds.NOW, minted.secret)
    return _replacing(minted, live) | {"ended": len(live)}


def _replacing(minted: Minted, live: Sequence[Secret]) -> dict[str, Any]:
    return minted.secret.recorded | {"old_secret_ids": [old.pk for old in live]}


def _end(secrets: Sequence[Secret], when: OldEnds, successor: Secret) -> None:
    now = timezone.now()
    for old in secrets:
        old.ends_at = _end_of(old, when, now)
        old.ends_with = successor if when is OldEnds.FIRST_USE else None
        old.save(update_fields=["ends_at", "ends_with"])


def _end_of(old: Secret, when: OldEnds, now: datetime) -> datetime | None:
    """An end that was set before is never put off."""
    return earlier(old.ends_at, now + AFTER[when]) if when in AFTER else old.ends_at


def end_secret(*, actor: Actor, token: Token, secret_id: int) -> Secret:
    """End one of two secrets at once, whichever it is."""
    with changing(token.owner.chain_organization) as chain:
        token.owner.refetch()
        token = refetch_token(token)
        token.require_over(actor, Permission.TOKEN_ROTATE)
        refuse_replaced(actor, token)
        secret = _one_of_two(token, secret_id)
        secret.ends_at = timezone.now()
        secret.save(update_fields=["ends_at"])
        token.secrets.filter(ends_with=secret).update(ends_with=None)
        record(
            chain,
            actor=actor,
            action="secret:ended",
            target=token,
            before=secret.recorded_end,
        )
    return secret


def _one_of_two(token: Token, secret_id: int) -> Secret:
    """The live secret of that id, beside which another one works."""
    live = list(token.secrets.live())
    secret = next((secret for secret in live if secret.pk == secret_id), None)
    if secret is None:
        raise Conflict("This secret has ended meanwhile.")
    if len(live) == 1:
        raise OnlySecret("Refresh it to get another one, or delete the token.")
    return secret
