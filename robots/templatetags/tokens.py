"""The addresses of tokens' pages in templates, whosever the token is."""

from django import template

from robots.models import Token

register = template.Library()


@register.simple_tag
def token_url(token: Token, page: str, *more: object) -> str:
    """One of the token's pages by name: `token-rotate`."""
    return token.address(page, *more)
