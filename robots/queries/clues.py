"""What people hold in hand when they look for a robot: an access ID, the name of a token, an address; also
those of a trust."""

import re
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q

from console import names
from console.http import Visit
from console.networks import Network, key_range, read_network
from console.permissions.vocabulary import Permission
from robots.models import Token
from robots.models.tokens import TokenQuerySet

IDENTIFIER = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)


def robots_by(request: Visit, text: str) -> Q | None:
    """The robots that `text` leads to by something that is not in their own texts; `None` if it is
    nothing of the kind.

    Tokens lead to robots only for whoever may see tokens, and trusts for whoever may see trusts.
    """
    text = text.strip()
    if IDENTIFIER.fullmatch(text):
        return Q(uuid=UUID(text)) | _having(_seen_logins(request).filter(uuid=UUID(text)))
    if network := read_network(text):
        return _at(_seen_logins(request), network)
    return _named(request, text.lower())


def _named(request: Visit, name: str) -> Q | None:
    """By an index of its own, so that most searches cost one look-up more and are read as ever."""
    try:
        names.validate_name(name)
    except ValidationError:
        return None
    tokens = _seen_logins(request).filter(name=name)
    return _having(tokens) if tokens.exists() else None


def _seen_logins(request: Visit) -> TokenQuerySet:
    """The tokens and the logins of trusts that the viewer may see."""
    seen = _seen(request, Permission.TOKEN_READ, by_trust=False)
    seen |= _seen(request, Permission.TRUST_READ, by_trust=True)
    return Token.objects.logins().filter(seen, organization=request.organization)


def _seen(request: Visit, needed: Permission, *, by_trust: bool) -> Q:
    projects, kind = request.viewer.projects_with(needed), Q(by_trust=by_trust)
    return kind if projects is None else kind & Q(robot__project__in=projects)


def _having(tokens: TokenQuerySet) -> Q:
    return Q(pk__in=tokens.values("robot"))


def _at(tokens: TokenQuerySet, network: Network) -> Q:
    """Used from there, or allowed there."""
    used = tokens.filter(seen_addresses__address_key__range=key_range(network))
    allowed = {"addresses__overlaps": str(network)}
    return Q(**allowed) | _having(used) | _having(tokens.filter(**allowed))
