"""The end of a repository."""

from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from console.http import Request
from console.models import Organization, Repository
from console.organizations.queries import find_repository
from console.organizations.views.projects import project_crumbs
from console.pages.deletion import DeletionForm
from console.pages.frame import in_organization
from console.pages.htmx import done, form_page
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
    answer: HttpResponse = _confirmed_delete(request, found)
    return answer


@reauthentication_required  # type: ignore[untyped-decorator]
def _confirmed_delete(request: Request, repository: Repository) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = DeletionForm(data, expected=repository.name)
    if request.method == "POST" and form.is_valid():
        delete_repository(actor=request.user, repository=repository)
        messages.success(request, f"Repository {repository} deleted.")
        return done(request, repository.project)
    own = (repository.name, repository.get_absolute_url())
    context = {
        "repository": repository,
        "form": form,
        "grants": deletion_preview(request, list(all_grants(repository=repository))),
        "breadcrumb": project_crumbs(repository.project, own, "Delete"),
    }
    return form_page(
        request, "robots/access/repository_delete.html", context, invalid=form.is_bound
    )
