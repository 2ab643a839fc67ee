"""What people hold in hand when they look for a robot: an access ID, the name of a token, an address."""

import re
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q

from console import names
from console.http import Visit
from console.networks import Network, read_network
from console.permissions.vocabulary import Permission
from robots.models import Token
from robots.models.tokens import TokenQuerySet

IDENTIFIER = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)


def robots_by(request: Visit, text: str) -> Q | None:
    """The robots that `text` leads to by something that is not in their own texts; `None` if it is
    nothing of the kind.

    Tokens lead to robots only for whoever may see tokens.
    """
    text = text.strip()
    if IDENTIFIER.fullmatch(text):
        return Q(uuid=UUID(text)) | _having(_seen_tokens(request).filter(uuid=UUID(text)))
    if network := read_network(text):
        return _at(_seen_tokens(request), network)
    return _named(request, text.lower())


def _named(request: Visit, name: str) -> Q | None:
    """By an index of its own, so that most searches cost one look-up more and are read as ever."""
    try:
        names.validate_name(name)
    except ValidationError:
        return None
    tokens = _seen_tokens(request).filter(name=name)
    return _having(tokens) if tokens.exists() else None


def _seen_tokens(request: Visit) -> TokenQuerySet:
    tokens = Token.objects.living().filter(organization=request.organization)
    projects = request.viewer.projects_with(Permission.TOKEN_READ)
    return tokens if projects is None else tokens.filter(robot__project__in=projects)


def _having(tokens: TokenQuerySet) -> Q:
    return Q(pk__in=tokens.values("robot"))


def _at(tokens: TokenQuerySet, network: Network) -> Q:
    """Used from there, or allowed there; one address has an index."""
    if network.prefixlen == network.max_prefixlen:
        used = tokens.filter(seen_addresses__address=str(network.network_address))
    else:
        used = tokens.filter(seen_addresses__address__overlaps=str(network))
    allowed = {"addresses__overlaps": str(network)}
    return Q(**allowed) | _having(used) | _having(tokens.filter(**allowed))
