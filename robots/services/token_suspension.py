"""Stopping a token at once, reversibly."""

from django.utils import timezone

from console.audit import Chain, changing, record
from console.permissions import Actor, Permission
from robots.models import Token
from robots.services.owners import chained, require_over, require_to_confer
from robots.services.secrets import present_token


def disable_token(*, actor: Actor, token: Token) -> Token:
    """Refuse the token from now on. Disabling a disabled token changes nothing."""
    with changing(chained(token.owner)) as chain:
        token = present_token(token)
        require_over(actor, Permission.TOKEN_UPDATE, token)
        if token.disabled_at is None:
            token.disabled_at = timezone.now()
            _save(chain, actor, token, "token:disabled")
    return token


def enable_token(*, actor: Actor, token: Token) -> Token:
    """Let a disabled token work again; the actor must hold what that confers."""
    with changing(chained(token.owner)) as chain:
        token = present_token(token)
        require_over(actor, Permission.TOKEN_UPDATE, token)
        require_to_confer(actor, token)
        if token.disabled_at is not None:
            token.disabled_at = None
            _save(chain, actor, token, "token:enabled")
    return token


STATES = {"token:disabled": ("enabled", "disabled"), "token:enabled": ("disabled", "enabled")}


def _save(chain: Chain, actor: Actor, token: Token, action: str) -> None:
    token.save(update_fields=["disabled_at"])
    before, after = STATES[action]
    record(
        chain, actor=actor, action=action, target=token,
        before={"state": before}, after={"state": after},
    )  # fmt: skip
