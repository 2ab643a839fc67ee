"""The end of a repository."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from console.http import Request
from console.models import Organization, Repository
from console.organizations.queries import find_repository
from console.organizations.views.projects import project_crumbs
from console.pages.confirmation import Consequence, confirm_by_name
from console.pages.frame import in_organization
from console.permissions.decision import require
from console.permissions.vocabulary import Permission
from robots.access.deletion_preview import deletion_preview
from robots.access.services.deletions import delete_repository
from robots.models import all_grants


@require_http_methods(["GET", "POST"])
@in_organization("repositories")
def repository_delete(
    request: Request, organization: Organization, repository: UUID
) -> HttpResponse:
    """What goes, what stays, the name typed, and a fresh sign-in."""
    found = find_repository(request, organization, repository)
    require(request.viewer, Permission.REPOSITORY_DELETE, found)
    consequence = Consequence(
        lambda: delete_repository(actor=request.user, repository=found),
        f"Repository {found} deleted.",
        found.project,
    )
    return confirm_by_name(
        request,
        "robots/access/repository_delete.html",
        found.name,
        lambda: _ending(request, found),
        consequence,
    )


def _ending(request: Request, repository: Repository) -> dict[str, Any]:
    own = (repository.name, repository.get_absolute_url())
    return {
        "repository": repository,
        "grants": deletion_preview(request, list(all_grants(repository=repository))),
        "breadcrumb": project_crumbs(repository.project, own, "Delete"),
    }
