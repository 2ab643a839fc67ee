"""From which networks tokens may be used."""

from console.audit.recording import Chain, changing
from console.permissions.decision import Actor
from console.permissions.vocabulary import Permission
from robots.accounts.services.addresses import save_addresses
from robots.models import Token
from robots.tokens.services.secrets import refetch_token


def change_token_addresses(*, actor: Actor, token: Token, addresses: str) -> Token:
    """Let the token be used from these networks alone: an address has to be in its list and its robot's."""
    with changing(token.owner.chain_organization) as chain:
        token = refetch_token(token)
        token.require_over(actor, Permission.TOKEN_UPDATE)
        limit_token(chain, actor, token, addresses)
    return token


def limit_token(chain: Chain, actor: Actor, token: Token, addresses: str) -> None:
    """Limit the token as part of a change that is under way."""
    token.require_to_confer(actor)
    save_addresses(chain, actor, token, addresses, "token:addresses-changed")
