"""Whom an access token is for: a service of the site or of the robot's organization, or Roster itself."""

from django.conf import settings
from django.db.models import Q, QuerySet

from console.databases.statements import Parameter, Statement
from console.models import Service
from robots.verifiers.memory import Ends, Memory
from robots.verifiers.oauth.forms import Fault, Fields
from robots.verifiers.services import ServiceRow, registry_of_environment


def _seeing() -> QuerySet[Service]:
    """All that see an organization's tokens."""
    mine = Q(organization=None) | Q(organization=Parameter("organization_id"))
    return Service.objects.filter(mine, from_environment=False)


def _resources() -> QuerySet[Service]:
    return _seeing().filter(kind=Service.Kind.RESOURCE)


def _named() -> QuerySet[Service]:
    asked, name = Parameter("asked"), Parameter("name")
    own = Q(organization__slug=Parameter("organization"), name=name)
    of_site = Q(organization=None, name=asked)
    return _seeing().filter(Q(audience=asked) | own | of_site | Q(host=asked))


resources = Statement(ServiceRow, _resources)
named = Statement(ServiceRow, _named)
# By whose robots ask, and for what.
audiences: Memory[ServiceRow] = Memory()


def audience_of(service: ServiceRow) -> str:
    """What stands in tokens for it."""
    return service.audience or service.identifier


def find_service(asked: str, organization_id: int) -> ServiceRow | None:
    """The one that the organization's robots mean by this audience or identifier, or by a registry's host.

    Should there be several by now, the site's goes first, what is said to be an audience before what
    is called so, and a host last: a token is for one service alone.
    """
    if asked in (settings.ROSTER_REGISTRY_SERVICE, settings.ROSTER_REGISTRY_HOST):
        return registry_of_environment()
    organization, slash, name = asked.partition("/")
    whose = organization if slash else ""
    rows = named.rows(organization_id=organization_id, asked=asked, organization=whose, name=name)
    return min(rows, key=lambda row: _place(row, asked), default=None)


def _remembered(asked: str, organization_id: int, ends: Ends) -> ServiceRow | None:
    """The same, perhaps as it was before one of the site's came that has the very audience."""
    mark = audiences.mark_of(str(organization_id), asked)
    known = audiences.recall(mark, ends)
    if known and known.content:
        return known.content
    row = find_service(asked, organization_id)
    if row:
        audiences.keep(mark, known, row, row.chains)
    return row


def _place(row: ServiceRow, asked: str) -> tuple[bool, bool, bool]:
    is_host = asked not in (row.audience, row.identifier)
    return is_host, row.organization_id is not None, row.audience != asked


def asked_service(fields: Fields, organization_id: int, ends: Ends) -> ServiceRow | None:
    """Whom the token is for: as `audience` or as `resource` (RFC 8707) says, or the only resource server.
    `None` is Roster itself.
    """
    asked = {fields[name] for name in ("audience", "resource") if name in fields}
    if len(asked) > 1:
        raise _invalid("audience and resource are not the same")
    if not asked:
        return _only_one(organization_id)
    [name] = asked
    if name == settings.ROSTER_ORIGIN:
        return None
    service = _remembered(name, organization_id, ends)
    if service is None:
        raise _invalid("there is no such service")
    return service


def _only_one(organization_id: int) -> ServiceRow:
    services = resources.rows(organization_id=organization_id)
    if len(services) != 1:
        raise _invalid("say for which service, as audience or resource")
    return services[0]


def _invalid(message: str) -> Fault:
    return Fault(400, "invalid_target", message)
