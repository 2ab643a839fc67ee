"""Tokens by what people paste, and where in the console to look at them."""

import re
from collections.abc import Iterable

from django.http import Http404
from django.urls import resolve
from django.views.decorators.debug import sensitive_variables

from console import keyring
from console.entry import entry_of
from console.http import Request
from console.models import Organization
from console.pages.context import look_up_url
from console.pasted import Way
from console.permissions.decision import allows
from console.permissions.snapshots import AccessSnapshot
from console.permissions.vocabulary import Permission
from console.reauthentication import used_passkey
from robots.base.credentials import PURPOSE, digest, parse
from robots.models import Robot, Token
from robots.models.tokens import TokenQuerySet

WHOLE = re.compile(r"rbt_[0-9A-Za-z]+|eyJ[\w-]+\.[\w-]+\.[\w-]+")
TO_PAGE, TO_SEARCH = (
    "Open the token's page",
    "Look it up under “Pasted token” of the audit log",
)


@sensitive_variables()
def digests_of(secret: str) -> list[str]:
    """The digests of a secret under every root of the keyring."""
    purpose = PURPOSE.decode()
    return [digest(secret, keyring.key(purpose, number)) for number in keyring.numbers()]


@sensitive_variables()
def find_by_secret(organization: Organization, secret: str) -> Token | None:
    """The organization's token with this secret, also one that has ended."""
    digests = digests_of(secret)
    tokens = Token.objects.filter(robot__organization=organization, secrets__digest__in=digests)
    return tokens.first()


@sensitive_variables()
def way_from(request: Request, texts: Iterable[str]) -> Way | None:
    """Where whoever pasted `texts` can look at the token in them: on its page, if they may see it; else
    where tokens are looked up. What they may not see and what does not exist take the same queries.
    """
    if not request.user.is_authenticated:
        return None
    organization, claimed = _organization(request), _claimed(" ".join(texts))
    token = claimed.filter(user=request.user).first()
    url = ""
    if organization:
        viewer = AccessSnapshot.of(request.user, organization.target)
        token = token or _seen(claimed, viewer, organization)
        url = look_up_url(organization, viewer)
    if token:
        return Way(TO_PAGE, token.get_absolute_url())
    return Way(TO_SEARCH, url) if url else None


def _organization(request: Request) -> Organization | None:
    """The one of the address, if whoever asks is in it and may come in now."""
    try:
        slug = resolve(request.path_info).kwargs.get("organization")
    except Http404:
        return None
    organization = Organization.objects.visible_to(request.user).filter(slug=slug).first()
    if organization is None:
        return None
    entry = entry_of(organization, request.user, used_passkey=used_passkey(request))
    return None if entry.reason else organization


@sensitive_variables()
def _claimed(text: str) -> TokenQuerySet:
    """The living tokens that the first whole secret in `text` says it is of."""
    secret = found[0] if (found := WHOLE.search(text)) else ""
    parsed = parse(secret)
    tokens = Token.objects.living().select_related("robot__organization", "robot__project")
    if parsed and parsed.access_id:
        return tokens.filter(uuid=parsed.access_id)
    return tokens.filter(secrets__digest__in=digests_of(secret))


def _seen(
    claimed: TokenQuerySet, viewer: AccessSnapshot, organization: Organization
) -> Token | None:
    robots = Robot.objects.visible_to(viewer, organization)
    token = claimed.filter(robot__in=robots).first()
    return token if token and allows(viewer, Permission.TOKEN_READ, token.of_robot) else None
