"""Whom an access token is for: a resource server of the site or of the robot's organization."""

from django.db.models import Q, QuerySet

from console.databases.statements import Parameter, Statement
from console.models import Service
from robots.verifiers.services import ServiceRow


def _serving() -> QuerySet[Service]:
    resources = Service.objects.filter(kind=Service.Kind.RESOURCE)
    return resources.filter(Q(organization=None) | Q(organization=Parameter("organization_id")))


def _named() -> QuerySet[Service]:
    name = Parameter("name")
    own = Q(organization__slug=Parameter("organization"), name=name)
    of_site = Q(organization=None, name=Parameter("asked"))
    return _serving().filter(Q(audience=Parameter("asked")) | own | of_site)


serving = Statement(ServiceRow, _serving)
named = Statement(ServiceRow, _named)


def audience_of(service: ServiceRow) -> str:
    """What stands in tokens for it."""
    return service.audience or service.identifier


def resources_serving(organization_id: int) -> list[ServiceRow]:
    """All that see the organization's tokens."""
    return serving.rows(organization_id=organization_id)


def find_resource(asked: str, organization_id: int) -> ServiceRow | None:
    """The one that the organization's robots mean by this audience or identifier.

    Should there be several by now, the site's goes first, and what is said to be an audience before what
    is called so: a token is for one service alone.
    """
    organization, slash, name = asked.partition("/")
    whose = organization if slash else ""
    rows = named.rows(organization_id=organization_id, asked=asked, organization=whose, name=name)
    rows.sort(key=lambda row: (row.organization_id is not None, row.audience != asked))
    return rows[0] if rows else None
