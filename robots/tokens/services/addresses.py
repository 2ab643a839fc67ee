"""From which networks tokens may be used, and what becomes of a use from elsewhere."""

from console.audit.recording import Chain, changing
from console.permissions.decision import Actor
from console.permissions.vocabulary import Permission
from robots.accounts.services.addresses import save_networks
from robots.models import Token
from robots.tokens.services.secrets import refetch_token


def change_token_addresses(
    *, actor: Actor, token: Token, addresses: str | None = None, network_mode: str | None = None
) -> Token:
    """Let the token be used from these networks alone, or only count what comes from elsewhere: an address
    has to be in its list and its robot's. What is not named stays.
    """
    with changing(token.owner.chain_organization) as chain:
        token = refetch_token(token)
        token.require_over(actor, Permission.TOKEN_UPDATE)
        limit_token(chain, actor, token, addresses, network_mode)
    return token


def limit_token(
    chain: Chain, actor: Actor, token: Token, addresses: str | None, network_mode: str | None
) -> None:
    """Limit the token as part of a change that is under way."""
    token.require_to_confer(actor)
    save_networks(chain, actor, token, "token", addresses, network_mode)
