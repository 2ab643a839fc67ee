"""Projects and their repositories."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from console.forms import ProjectForm, RepositoryForm, RepositorySettingsForm, attempt
from console.htmx import done, form_page, page_or_part
from console.http import Request
from console.models import Organization, Project, Repository
from console.paging import Order, page_of
from console.permissions import Permission, allows, require
from console.services import change_repository, create_project, create_repository
from console.views.frame import Crumbs, crumbs, find_project, in_organization

REPOSITORIES = ("repository", "repositories")


def project_crumbs(project: Project, *items: str) -> Crumbs:
    """The way to a page of a project."""
    organization = project.organization
    listed = ("Projects", reverse("console:project-list", args=[organization.slug]))
    own = (project.name, project.get_absolute_url())
    return crumbs(organization, listed, own, *items)


def project_tabs(project: Project, current: str) -> list[dict[str, object]]:
    """The tabs of a project; each is a page of its own."""
    where = [project.organization.slug, project.slug]
    tabs = (
        ("Repositories", "console:project", "repositories"),
        ("Robot Accounts", "robots:project-robots", "robots"),
    )
    return [
        {"label": label, "url": reverse(name, args=where), "current": key == current, "count": None}
        for label, name, key in tabs
    ]


@require_GET
@in_organization("projects")
def project_list(request: Request, organization: Organization) -> HttpResponse:
    projects = Project.objects.visible_to(request.viewer, organization).select_related(
        "organization"
    )
    counted = projects.annotate(repository_count=Count("repositories"))
    context = {
        "page": page_of(counted, Order("slug"), request.GET, ("project", "projects")),
        "can_create": allows(request.viewer, Permission.PROJECT_CREATE, organization),
        "breadcrumb": crumbs(organization, "Projects"),
    }
    return page_or_part(request, "console/project_list.html", "project-table", context)


@require_http_methods(["GET", "POST"])
@in_organization("projects")
def project_create(request: Request, organization: Organization) -> HttpResponse:
    require(request.viewer, Permission.PROJECT_CREATE, organization)
    form = ProjectForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and (project := attempt(form, lambda: _create(request, form))):
        messages.success(request, f"Project {project.name} created.")
        return done(request, project)
    listed = ("Projects", reverse("console:project-list", args=[organization.slug]))
    context = {"form": form, "breadcrumb": crumbs(organization, listed, "Create project")}
    return form_page(request, "console/project_form.html", context, invalid=form.is_bound)


def _create(request: Request, form: ProjectForm) -> Project:
    return create_project(
        actor=request.user, organization=request.organization, **form.cleaned_data
    )


@require_GET
@in_organization("projects")
def project(request: Request, organization: Organization, project: str) -> HttpResponse:
    found = find_project(request, organization, project)
    context = {
        "project": found,
        "page": page_of(
            found.repositories.select_related("project__organization"),
            Order("name"), request.GET, REPOSITORIES,
        ),
        "can_create": allows(request.viewer, Permission.REPOSITORY_CREATE, found),
        "tabs": project_tabs(found, "repositories"),
        "breadcrumb": [*project_crumbs(found)[:-1], (found.name, "")],
    }  # fmt: skip
    return render(request, "console/project.html", context)


@require_GET
@in_organization("repositories")
def repository_list(request: Request, organization: Organization) -> HttpResponse:
    projects = Project.objects.visible_to(request.viewer, organization)
    found = Repository.objects.filter(project__in=projects).select_related("project__organization")
    context = {
        "page": page_of(found, Order("name"), request.GET, REPOSITORIES),
        "breadcrumb": crumbs(organization, "Repositories"),
    }
    return page_or_part(request, "console/repository_list.html", "repository-table", context)


@require_http_methods(["GET", "POST"])
@in_organization("repositories")
def repository_create(request: Request, organization: Organization, project: str) -> HttpResponse:
    found = find_project(request, organization, project)
    require(request.viewer, Permission.REPOSITORY_CREATE, found)
    form = RepositoryForm(
        request.POST if request.method == "POST" else None, initial={"public": found.public}
    )
    if request.method == "POST" and (
        repository := attempt(
            form,
            lambda: create_repository(actor=request.user, project=found, **form.cleaned_data),
        )
    ):
        messages.success(request, f"Repository {repository} created.")
        return done(request, repository)
    context = {
        "form": form,
        "project": found,
        "breadcrumb": project_crumbs(found, "Create repository"),
    }
    return form_page(request, "console/repository_form.html", context, invalid=form.is_bound)


@require_http_methods(["GET", "POST"])
@in_organization("repositories")
def repository(request: Request, organization: Organization, repository: UUID) -> HttpResponse:
    projects = Project.objects.visible_to(request.viewer, organization)
    rows = Repository.objects.select_related("project__organization")
    found = get_object_or_404(rows, uuid=repository, project__in=projects)
    form = RepositorySettingsForm(
        request.POST if request.method == "POST" else None, instance=found
    )
    if request.method == "POST":
        require(request.viewer, Permission.REPOSITORY_UPDATE, found)
        if attempt(form, lambda: _change(request, found, form)):
            messages.success(request, "Repository saved.")
            return done(request, found)
    context = {
        "repository": found,
        "form": form,
        "can_update": allows(request.viewer, Permission.REPOSITORY_UPDATE, found),
        "breadcrumb": project_crumbs(found.project, found.name),
    }
    return form_page(request, "console/repository.html", context, invalid=form.is_bound)


def _change(request: Request, found: Repository, form: RepositorySettingsForm) -> Repository:
    return change_repository(actor=request.user, repository=found, **form.cleaned_data)
