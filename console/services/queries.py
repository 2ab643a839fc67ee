"""Finding services, through the eyes of whoever looks."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from console.models import Organization, Service
from console.permissions.decision import Actor, require
from console.permissions.operators import require_operator, require_to_change_settings
from console.permissions.vocabulary import Permission


def services_for(actor: Actor, organization: Organization | None) -> QuerySet[Service]:
    """What the list of an organization shows, the site's services among them, or the list of the site."""
    if organization is None:
        require_operator(actor)
        return Service.objects.of(None)
    require(actor, Permission.ORGANIZATION_READ, organization)
    return Service.objects.serving(organization).select_related("organization")


LOGGED_IN_AT = (Service.Kind.REGISTRY, Service.Kind.PROXY)


def logins_of(organization: Organization) -> list[Service]:
    """Where one logs in with the organization's tokens: registries, and proxies before one. Its own are ahead
    of the site's.

    The environment's is there whatever became of its row.
    """
    found = Service.objects.serving(organization).filter(kind__in=LOGGED_IN_AT)
    rows = found.select_related("organization").order_by("-from_environment", "id")
    is_there = any(row.from_environment for row in rows)
    all_rows = [*rows] if is_there else [Service.of_environment(), *rows]
    return sorted(all_rows, key=lambda row: row.organization is None)


def find_service(actor: Actor, organization: Organization | None, service: UUID) -> Service:
    """The service of that UUID, if it stands in the list; else a 404."""
    return get_object_or_404(services_for(actor, organization), uuid=service)


def find_service_to_change(
    actor: Actor, organization: Organization | None, service: UUID
) -> Service:
    """The same where it is changed: 403 for one of the site below an organization, also for operators."""
    found = find_service(actor, organization, service)
    if found.organization != organization:
        raise PermissionDenied("The services of the site are changed at their own address alone.")
    require_to_change_settings(actor, organization)
    return found
