"""The pages of a repository's permissions: the matrix, and who can reach it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from console.http import Request
from console.models import Organization
from console.organizations.queries import find_repository
from console.organizations.views.repositories import repository_page
from console.pages.frame import in_organization
from console.permissions.decision import allows, require
from console.permissions.vocabulary import Permission
from robots.access.forms.matrix import Matrix
from robots.access.services.matrix import MatrixConflict, change_levels
from robots.queries.explain import who_reaches
from teams.models import Team


@require_http_methods(["GET", "POST"])
@in_organization("repositories")
def repository_permissions(
    request: Request, organization: Organization, repository: UUID
) -> HttpResponse:
    """The matrix; its POST saves every changed row or none."""
    found = find_repository(request, organization, repository)
    require(request.viewer, Permission.GRANT_READ, found)
    matrix = Matrix(
        request, found, can_change=allows(request.viewer, Permission.GRANT_CREATE, found)
    )
    conflict = None
    if request.method == "POST":
        try:
            saved = change_levels(actor=request.user, repository=found, changes=matrix.changes())
        except MatrixConflict as error:
            conflict = error
        else:
            messages.success(request, _saved(saved))
            return redirect("robots:repository-permissions", organization.slug, found.uuid)
    context = repository_page(request, found, "permissions") | matrix.context()
    context["conflict"] = conflict
    status = 409 if conflict else 200
    return render(request, "robots/access/repository_permissions.html", context, status=status)


def _saved(count: int) -> str:
    if not count:
        return "Nothing was changed."
    return f"{count} permission{'s' if count != 1 else ''} saved."


@require_GET
@in_organization("repositories")
def repository_reach(
    request: Request, organization: Organization, repository: UUID
) -> HttpResponse:
    """Who can reach this, and through which grants."""
    found = find_repository(request, organization, repository)
    require(request.viewer, Permission.GRANT_READ, found)
    hidden = Team.objects.hidden_from(request.viewer, organization)
    context = repository_page(request, found, "reach") | {"reachers": who_reaches(found, hidden)}
    return render(request, "robots/access/repository_reach.html", context)
