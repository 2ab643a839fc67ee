"""Everything that may change of a token, in one go."""

from datetime import datetime
from typing import TypedDict, Unpack

from console.audit.recording import changing
from console.permissions.decision import Actor
from console.permissions.vocabulary import Permission
from console.updates import require_known
from robots.models import Token
from robots.tokens.services.addresses import limit_token
from robots.tokens.services.expiry import move_end
from robots.tokens.services.secrets import refetch_token
from robots.tokens.services.suspension import switch_token


class TokenChanges(TypedDict, total=False):
    """What of a token may change."""

    disabled: bool
    addresses: str
    network_mode: str
    expires_at: datetime | None


def update_token(*, actor: Actor, token: Token, **changes: Unpack[TokenChanges]) -> Token:
    """Change what is named, with an event for each: all of it or nothing."""
    require_known(changes, TokenChanges)
    with changing(token.owner.chain_organization) as chain:
        token = refetch_token(token)
        token.require_over(actor, Permission.TOKEN_UPDATE)
        if "disabled" in changes:
            switch_token(chain, actor, token, disabled=changes["disabled"])
        if changes.keys() & {"addresses", "network_mode"}:
            wanted = changes.get("addresses"), changes.get("network_mode")
            limit_token(chain, actor, token, *wanted)
        if "expires_at" in changes:
            move_end(chain, actor, token, changes["expires_at"])
    return token
