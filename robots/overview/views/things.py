"""What an event of the audit log is about, where it is now."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET

from console.audit.filters import events_of
from console.http import Request
from console.models import Organization, Project, Repository, Service
from console.pages.frame import in_organization
from console.permissions.decision import require
from console.permissions.vocabulary import Permission
from robots.models import Robot, Token, Trust
from teams.models import Role, Team

Thing = Organization | Project | Repository | Robot | Role | Service | Team | Token | Trust
# What there is of each kind in an organization, by its identifier.
THINGS: dict[str, Callable[[Organization, UUID], "QuerySet[Thing]"]] = {
    "organization": lambda own, uuid: Organization.objects.filter(pk=own.pk, uuid=uuid),
    "project": lambda own, uuid: Project.objects.filter(organization=own, uuid=uuid),
    "repository": lambda own, uuid: Repository.objects.filter(project__organization=own, uuid=uuid),
    "robot": lambda own, uuid: Robot.objects.filter(organization=own, uuid=uuid, deleted_at=None),
    "role": lambda own, uuid: Role.objects.filter(organization=own, uuid=uuid),
    "service": lambda own, uuid: Service.objects.filter(organization=own, uuid=uuid),
    "team": lambda own, uuid: Team.objects.filter(organization=own, uuid=uuid),
    "token": lambda own, uuid: Token.objects.living().filter(robot__organization=own, uuid=uuid),
    "trust": lambda own, uuid: Trust.objects.living().filter(
        token__robot__organization=own, token__uuid=uuid
    ),
}


@require_GET
@in_organization("audit")
def event_thing(
    request: Request, organization: Organization, kind: str, thing: UUID
) -> HttpResponse:
    """Lead to its page; of what is gone, to everything that was done to it. What never was here is 404."""
    require(request.viewer, Permission.EVENT_READ, organization)
    find = THINGS.get(kind)
    found = find(organization, thing).first() if find else None
    if found is not None:
        return redirect(found.get_absolute_url())
    if not events_of(organization).filter(target_uuid=thing).exists():
        raise Http404
    messages.info(request, "It is not there any more. This is what was done to it.")
    listed = reverse("console:event-list", args=[organization.slug])
    return redirect(f"{listed}?target={thing}")
