"""Repositories."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.views.decorators.http import require_GET, require_http_methods

from console.forms import attempt, named, posted
from console.http import Request
from console.models import Organization, Project, Repository
from console.organizations.forms import RepositoryForm, RepositorySettingsForm
from console.organizations.queries import find_project, find_repository, repositories_matching
from console.organizations.services import UsedBefore, change_repository, create_repository
from console.organizations.views.projects import REPOSITORIES, project_crumbs
from console.organizations.views.reuse import is_confirmed, used_before
from console.pages.actions import Tab
from console.pages.frame import crumbs, in_organization, tab
from console.pages.htmx import done, form_page, page_or_part
from console.pages.reading import read_search
from console.pages.taken import lead_to_holder
from console.paging import Order, page_of
from console.permissions.decision import allows, require
from console.permissions.vocabulary import Permission


@require_GET
@in_organization("repositories")
def repository_list(request: Request, organization: Organization) -> HttpResponse:
    found = Repository.objects.visible_to(request.viewer, organization)
    reading = read_search(request)
    context = {
        "q": reading.text,
        "sees_all": allows(request.viewer, Permission.REPOSITORY_VIEW, organization),
        "page": page_of(
            repositories_matching(found, reading.text).select_related("project__organization"),
            Order("name"),
            reading,
            REPOSITORIES,
        ),
        "breadcrumb": crumbs(organization, "Repositories"),
    }
    return page_or_part(
        request, "console/organizations/repository_list.html", "repository-table", context
    )


@require_http_methods(["GET", "POST"])
@in_organization("repositories")
def repository_create(request: Request, organization: Organization, project: str) -> HttpResponse:
    found = find_project(request, organization, project)
    require(request.viewer, Permission.REPOSITORY_CREATE, found)
    form = RepositoryForm(posted(request), initial={"public": found.public})
    way = project_crumbs(found, "Create repository")
    context = {"form": form, "project": found, "breadcrumb": way}
    if request.method == "POST":
        try:
            repository = attempt(form, lambda: _create(request, found, form))
        except UsedBefore as warning:
            back = {"thing": "Repository", "back_url": found.get_absolute_url()}
            return used_before(request, warning, context | back)
        if repository:
            messages.success(request, f"Repository {repository} created.")
            return done(request, repository)
        seen = Repository.objects.visible_to(request.viewer, organization)
        lead_to_holder(form, "name", seen.filter(project=found))
    return form_page(
        request, "console/organizations/repository_form.html", context, invalid=form.is_bound
    )


def _create(request: Request, project: Project, form: RepositoryForm) -> Repository:
    return create_repository(
        actor=request.user, project=project, reuse=is_confirmed(request), **form.cleaned_data
    )


@require_http_methods(["GET", "POST"])
@in_organization("repositories")
def repository(request: Request, organization: Organization, repository: UUID) -> HttpResponse:
    found = find_repository(request, organization, repository)
    form = RepositorySettingsForm(
        posted(request),
        instance=Repository.objects.get(pk=found.pk),
    )
    if request.method == "POST":
        require(request.viewer, Permission.REPOSITORY_UPDATE, found)
        if attempt(form, lambda: _change(request, found, form)):
            messages.success(request, "Repository saved.")
            return done(request, found)
    context = repository_page(request, found, "about") | {
        "form": form,
        "can_update": allows(request.viewer, Permission.REPOSITORY_UPDATE, found),
        "can_delete": allows(request.viewer, Permission.REPOSITORY_DELETE, found),
    }
    template = "console/organizations/repository.html"
    return form_page(request, template, context, invalid=form.is_bound)


def _change(request: Request, found: Repository, form: RepositorySettingsForm) -> Repository:
    return change_repository(actor=request.user, repository=found, **named(form))


REPOSITORY_TABS = (
    ("About", "console:repository", "about", None),
    ("Tags", "robots:repository-tags", "tags", None),
    ("Activity", "robots:repository-activity", "activity", None),
    ("Permissions", "robots:repository-permissions", "permissions", Permission.GRANT_READ),
    ("Who can reach this", "robots:repository-reach", "reach", Permission.GRANT_READ),
    ("History", "robots:repository-history", "history", Permission.EVENT_READ),
)


def repository_tabs(request: Request, repository: Repository, current: str) -> list[Tab]:
    """The tabs of a repository that the viewer may open."""
    where = [repository.project.organization.slug, repository.uuid]
    return [
        tab(label, name, key == current, *where)
        for label, name, key, needed in REPOSITORY_TABS
        if needed is None or allows(request.viewer, needed, repository)
    ]


def repository_page(request: Request, repository: Repository, current: str) -> dict[str, object]:
    """What the head of a repository's pages shows."""
    return {
        "repository": repository,
        "buttons": [],
        "tabs": repository_tabs(request, repository, current),
        "breadcrumb": project_crumbs(repository.project, repository.name),
    }
