"""What of a project needs robots: its robot accounts, its settings, its end."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from console.forms import attempt, named, posted
from console.http import Request
from console.models import Organization, Project
from console.organizations.forms import ProjectSettingsForm
from console.organizations.queries import find_project
from console.organizations.services import update_project
from console.organizations.views.projects import project_crumbs, project_page
from console.pages.actions import Action
from console.pages.confirmation import Consequence, confirm_by_name
from console.pages.frame import in_organization
from console.pages.htmx import done, form_page, page_or_part
from console.paging import Order, Reading, page_of
from console.permissions.decision import allows, require
from console.permissions.vocabulary import Permission
from robots.access.deletion_preview import SHOWN, deletion_preview
from robots.access.services.deletions import delete_project
from robots.accounts.views.choices import robot_choices, wants_choices
from robots.accounts.views.listing import read_robot_filters, robots_page
from robots.base.periods import RECENTLY
from robots.models import Robot, RobotGrant, TeamRobot, Token, all_grants
from robots.models.robots import RobotQuerySet
from robots.queries.listing import robot_rows
from teams.models import TeamGrant

REACHING = ("organization robot", "organization robots")


def robots_reaching(project: Project) -> RobotQuerySet:
    """Organization robots that hold something in the project: themselves or through a team."""
    there = Q(project=project) | Q(project=None)
    own = RobotGrant.objects.filter(there, organization=project.organization_id)
    teams = TeamGrant.objects.filter(there, organization=project.organization_id).values("team")
    through = TeamRobot.objects.filter(team__in=teams)
    living = Robot.objects.living().filter(organization=project.organization_id, project=None)
    return living.filter(Q(pk__in=own.values("robot")) | Q(pk__in=through.values("robot")))


@require_GET
@in_organization("projects")
def project_robots(request: Request, organization: Organization, project: str) -> HttpResponse:
    """The project's own robots, then those of the organization that reach it."""
    found = find_project(request, organization, project)
    require(request.viewer, Permission.ROBOT_READ, found)
    if wants_choices(request):
        return robot_choices(request)
    reading = read_robot_filters(request, cursors=["reaching"])
    own = robots_page(request, Robot.objects.living().filter(project=found), reading, found)
    context = project_page(request, found, "robots") | own | _reaching(request, found, reading)
    context |= {
        "buttons": _create_buttons(request, found),
        "can_create_anywhere": allows(request.viewer, Permission.ROBOT_CREATE, organization),
        "sees_organization_robots": allows(request.viewer, Permission.ROBOT_READ, organization),
    }
    return page_or_part(request, "robots/access/project_robots.html", "robot-table", context)


def _reaching(request: Request, project: Project, reading: Reading) -> dict[str, object]:
    """A page of the organization's robots that reach the project."""
    robots = robots_reaching(project).select_related("organization")
    page = page_of(robots, Order("name"), reading, REACHING, parameter="reaching")
    return {"reaching": page, "reaching_rows": robot_rows(request, page.rows, project)}


def _create_buttons(request: Request, project: Project) -> list[Action]:
    if not allows(request.viewer, Permission.ROBOT_CREATE, project):
        return []
    create = reverse("robots:robot-create", args=[project.organization.slug])
    return [Action("Create Robot Account", f"{create}?project={project.slug}", "plus", "primary")]


@require_http_methods(["GET", "POST"])
@in_organization("projects")
def project_settings(request: Request, organization: Organization, project: str) -> HttpResponse:
    found = find_project(request, organization, project)
    require(request.viewer, Permission.PROJECT_READ, found)
    # The form gets a copy, so that a refused name does not stand in the page's head.
    form = ProjectSettingsForm(
        posted(request),
        instance=Project.objects.get(pk=found.pk),
    )
    if request.method == "POST":
        require(request.viewer, Permission.PROJECT_UPDATE, found)
        if attempt(form, lambda: _update(request, found, form)):
            messages.success(request, "Project saved.")
            return done(request, request.path)
    context = project_page(request, found, "settings")
    context |= {
        "form": form,
        "can_update": allows(request.viewer, Permission.PROJECT_UPDATE, found),
        "can_delete": allows(request.viewer, Permission.PROJECT_DELETE, found),
    }
    return form_page(request, "robots/access/project_settings.html", context, invalid=form.is_bound)


def _update(request: Request, project: Project, form: ProjectSettingsForm) -> Project:
    return update_project(actor=request.user, project=project, **named(form))


@require_http_methods(["GET", "POST"])
@in_organization("projects")
def project_delete(request: Request, organization: Organization, project: str) -> HttpResponse:
    """What goes, what stays, the name typed, and a fresh sign-in."""
    found = find_project(request, organization, project)
    require(request.viewer, Permission.PROJECT_DELETE, found)
    consequence = Consequence(
        lambda: delete_project(actor=request.user, project=found),
        f"Project {found.name} deleted.",
        reverse("console:project-list", args=[organization.slug]),
    )
    return confirm_by_name(
        request,
        "robots/access/project_delete.html",
        found.slug,
        lambda: _ending(request, found),
        consequence,
    )


def _ending(request: Request, project: Project) -> dict[str, Any]:
    """What the deletion ends: the first of each kind, and how many there are."""
    logins = Token.objects.logins().filter(robot__project=project, robot__deleted_at=None)
    grants = [grant for grant in all_grants(project=project) if not grant.is_of_robot_in(project)]
    return {
        "project": project,
        "breadcrumb": project_crumbs(project, "Delete"),
        "robots": Robot.objects.living().filter(project=project).order_by("name")[:SHOWN],
        "robot_count": Robot.objects.living().filter(project=project).count(),
        "token_count": logins.filter(by_trust=False).count(),
        "trust_count": logins.filter(by_trust=True).count(),
        "recent_count": logins.filter(last_used_at__gt=timezone.now() - RECENTLY).count(),
        "repositories": project.repositories.order_by("name")[:SHOWN],
        "repository_count": project.repositories.count(),
        "roles": project.roles.order_by("name"),
        "grants": deletion_preview(request, grants),
    }
