"""Tokens in templates: the addresses of their pages, and what outlives them for minutes."""

from django import template

from robots.models import Token
from robots.secrets import handed_out

register = template.Library()
register.simple_tag(handed_out.handed_out)


@register.simple_tag
def token_url(token: Token, page: str, *more: object) -> str:
    """One of the token's pages by name: `token-rotate`."""
    return token.address(page, *more)
