"""What an organization's networks refuse, or would."""

from console.models import Organization, Service
from robots.models import Token
from robots.models.tokens import TokenQuerySet

# They ask about tokens, and do not say from where those came.
BLIND = (Service.Kind.RESOURCE, Service.Kind.CLUSTER)
SHOWN_SERVICES = 20


def logins_of(organization: Organization) -> TokenQuerySet:
    """The tokens and trusts of all its robots."""
    return Token.objects.logins().filter(organization=organization, robot__deleted_at=None)


def blind_services(organization: Organization) -> list[Service]:
    """The first of those at which nothing that is limited to networks is good: they see no client."""
    serving = Service.objects.serving(organization)
    found = serving.filter(kind__in=BLIND, exempt_from_addresses=False)
    return list(found.order_by("name")[:SHOWN_SERVICES])
