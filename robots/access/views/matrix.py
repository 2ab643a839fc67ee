"""The matrix of a repository's permissions."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from console.http import Request
from console.models import Organization
from console.organizations.queries import find_repository
from console.organizations.views.repositories import repository_page
from console.pages.actions import Action
from console.pages.frame import in_organization
from console.permissions.decision import allows, require
from console.permissions.vocabulary import Permission
from robots.access.forms.matrix import Matrix
from robots.access.services.matrix import MatrixConflict, change_levels


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
    context |= {"conflict": conflict, "buttons": _buttons(matrix)}
    status = 409 if conflict else 200
    return render(request, "robots/access/repository_permissions.html", context, status=status)


def _buttons(matrix: Matrix) -> list[Action]:
    found = matrix.repository
    add = reverse(
        "robots:repository-access-add", args=[found.project.organization.slug, found.uuid]
    )
    return [Action("Add Access", add, "plus")] if matrix.can_change else []


def _saved(count: int) -> str:
    if not count:
        return "Nothing was changed."
    return f"{count} permission{'s' if count != 1 else ''} saved."
