"""Projects."""

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from console.forms import attempt, posted
from console.http import Request
from console.models import Organization, Project, Repository
from console.organizations.forms import ProjectForm
from console.organizations.queries import (
    find_project,
    projects_matching,
    repositories_matching,
    seen_again,
)
from console.organizations.services import UsedBefore, create_project
from console.organizations.views.reuse import is_confirmed, used_before
from console.pages.actions import Action, Tab
from console.pages.frame import Crumbs, crumbs, in_organization
from console.pages.htmx import done, form_page, page_or_part
from console.pages.reading import read_search
from console.pages.taken import lead_to_holder
from console.paging import Order, page_of
from console.permissions.decision import allows, require
from console.permissions.vocabulary import Permission

REPOSITORIES = ("repository", "repositories")
SHOWN_AGAIN = 10
PROJECT_TABS = (
    ("Overview", "robots:project-overview", "overview", Permission.ROBOT_READ),
    ("Repositories", "console:project", "repositories", None),
    ("Robot Accounts", "robots:project-robots", "robots", Permission.ROBOT_READ),
    ("Members", "robots:project-members", "members", Permission.GRANT_READ),
    ("Who can reach this", "robots:project-reach", "reach", Permission.GRANT_READ),
    ("History", "robots:project-history", "history", Permission.EVENT_READ),
    ("Settings", "robots:project-settings", "settings", Permission.PROJECT_READ),
)


def project_crumbs(project: Project, *items: tuple[str, str] | str) -> Crumbs:
    """The way to a page of a project; without `items` to the project itself."""
    organization = project.organization
    listed = ("Projects", reverse("console:project-list", args=[organization.slug]))
    own = (project.name, project.get_absolute_url() if items else "")
    return crumbs(organization, listed, own, *items)


def project_page(request: Request, project: Project, current: str) -> dict[str, object]:
    """What the head of every page of a project shows: its tabs are those the viewer may open."""
    where = [project.organization.slug, project.slug]
    return {
        "project": project,
        "buttons": [],
        "tabs": [
            Tab(label, reverse(name, args=where), key == current)
            for label, name, key, needed in PROJECT_TABS
            if needed is None or allows(request.viewer, needed, project)
        ],
        "breadcrumb": project_crumbs(project),
    }


@require_GET
@in_organization("projects")
def project_list(request: Request, organization: Organization) -> HttpResponse:
    projects = Project.objects.visible_to(request.viewer, organization).select_related(
        "organization"
    )
    repositories = Repository.objects.visible_to(request.viewer, organization)
    reading = read_search(request)
    counted = projects_matching(projects, reading.text).annotate(
        repository_count=Count("repositories", filter=Q(repositories__in=repositories))
    )
    context = {
        "page": page_of(counted, Order("slug"), reading, ("project", "projects")),
        "q": reading.text,
        "can_create": allows(request.viewer, Permission.PROJECT_CREATE, organization),
        "sees_all": request.viewer.projects_with(Permission.PROJECT_READ) is None,
        "breadcrumb": crumbs(organization, "Projects"),
    }
    return page_or_part(
        request, "console/organizations/project_list.html", "project-table", context
    )


@require_http_methods(["GET", "POST"])
@in_organization("projects")
def project_create(request: Request, organization: Organization) -> HttpResponse:
    require(request.viewer, Permission.PROJECT_CREATE, organization)
    form = ProjectForm(posted(request))
    listed = ("Projects", reverse("console:project-list", args=[organization.slug]))
    context = {"form": form, "breadcrumb": crumbs(organization, listed, "Create project")}
    if request.method == "POST":
        try:
            project = attempt(form, lambda: _create(request, form))
        except UsedBefore as warning:
            return used_before(
                request, warning, context | {"thing": "Project", "back_url": listed[1]}
            )
        if project:
            messages.success(request, f"Project {project.name} created.")
            return done(request, project)
        lead_to_holder(form, "slug", Project.objects.visible_to(request.viewer, organization))
    return form_page(
        request, "console/organizations/project_form.html", context, invalid=form.is_bound
    )


def _create(request: Request, form: ProjectForm) -> Project:
    return create_project(
        actor=request.user,
        organization=request.organization,
        reuse=is_confirmed(request),
        **form.cleaned_data,
    )


@require_GET
@in_organization("projects")
def project(request: Request, organization: Organization, project: str) -> HttpResponse:
    found = find_project(request, organization, project)
    repositories = Repository.objects.visible_to(request.viewer, organization).filter(project=found)
    reading = read_search(request)
    page = page_of(
        repositories_matching(repositories, reading.text).select_related("project__organization"),
        Order("name"),
        reading,
        REPOSITORIES,
    )
    create = _create_buttons(request, found)
    context = project_page(request, found, "repositories") | {
        "page": page,
        "q": reading.text,
        "buttons": create if page.count or reading.text else [],
        "first_buttons": create,
        "seen_again": seen_again(found)[:SHOWN_AGAIN] if create else [],
    }
    return page_or_part(request, "console/organizations/project.html", "repository-table", context)


def _create_buttons(request: Request, project: Project) -> list[Action]:
    if not allows(request.viewer, Permission.REPOSITORY_CREATE, project):
        return []
    where = [project.organization.slug, project.slug]
    create = reverse("console:repository-create", args=where)
    return [Action("Create Repository", create, "plus", "primary")]
