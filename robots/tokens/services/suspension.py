"""Stopping a token at once, reversibly."""

from django.utils import timezone

from console.audit.recording import Chain, changing, record
from console.permissions.decision import Actor
from console.permissions.vocabulary import Permission
from robots.models import Token
from robots.tokens.services.secrets import refetch_token


def disable_token(*, actor: Actor, token: Token) -> Token:
    """Refuse the token from now on. Disabling a disabled token changes nothing."""
    with changing(token.owner.chain_organization) as chain:
        token = refetch_token(token)
        token.require_over(actor, Permission.TOKEN_UPDATE)
        switch_token(chain, actor, token, disabled=True)
    return token


def enable_token(*, actor: Actor, token: Token) -> Token:
    """Let a disabled token work again; the actor must hold what that confers."""
    with changing(token.owner.chain_organization) as chain:
        token = refetch_token(token)
        token.require_over(actor, Permission.TOKEN_UPDATE)
        switch_token(chain, actor, token, disabled=False)
    return token


def switch_token(chain: Chain, actor: Actor, token: Token, *, disabled: bool) -> None:
    """Refuse the token, or let it work again, which confers what it may: part of a change under way."""
    if not disabled:
        token.require_to_confer(actor)
    if disabled == bool(token.disabled_at):
        return
    token.save(update_fields=token.switched(disabled=disabled, now=timezone.now()))
    before, after = ("enabled", "disabled") if disabled else ("disabled", "enabled")
    record(
        chain,
        actor=actor,
        action="token:disabled" if disabled else "token:enabled",
        target=token,
        before={"state": before},
        after={"state": after},
    )
