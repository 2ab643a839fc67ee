"""When a token ends, chosen anew."""

from datetime import datetime

from console.audit.recording import Chain, changing, record
from console.permissions.decision import Actor
from console.permissions.vocabulary import Permission
from robots.models import Token
from robots.policies.enforcement import RENEWED, is_blocked_by_policy, renew_token, require_ahead
from robots.tokens.services.secrets import refetch_token


def change_token_expiry(*, actor: Actor, token: Token, expires_at: datetime | None) -> Token:
    """Let the token end then: earlier, later, or again after it had ended. Its life counts from now.

    What the policy blocked works again when its new end is allowed, also when it is the same: it is
    nearer by now. Otherwise the same end changes nothing.
    """
    with changing(token.owner.chain_organization) as chain:
        token = refetch_token(token)
        token.require_over(actor, Permission.TOKEN_UPDATE)
        move_end(chain, actor, token, expires_at)
    return token


def move_end(chain: Chain, actor: Actor, token: Token, expires_at: datetime | None) -> None:
    """The same as part of a change that is under way."""
    token.require_to_confer(actor)
    if expires_at == token.expires_at and not is_blocked_by_policy(token):
        return
    require_ahead(expires_at)
    before, token.expires_at = token.expires_at, expires_at
    renew_token(chain, actor=actor, token=token)
    token.save(update_fields=["expires_at", *RENEWED])
    token.owner.keep_next_expiry()
    record(
        chain,
        actor=actor,
        action="token:expiry-changed",
        target=token,
        before={"expires_at": before},
        after={"expires_at": expires_at},
    )
