"""The overviews: what next, what needs me, how much, what happened; of an organization and of a project."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from console.audit.filters import events_of
from console.audit.sentences import with_sentences
from console.http import Request
from console.models import Event, Organization, Project
from console.organizations.queries import find_project
from console.organizations.views.projects import project_page
from console.pages.frame import in_organization
from console.pages.reading import read
from console.paging import Reading
from console.permissions.decision import allows, require
from console.permissions.vocabulary import Permission
from robots.overview.answers import NeedsOf
from robots.overview.figures import figures_of
from robots.overview.forms import MUTED, OverviewForm
from robots.overview.steps import Step, organization_steps, project_steps
from robots.queries.histories import events_of_project
from robots.usage.charts import chart_of, days_of
from robots.usage.days import organization_use, project_use

SHOWN_EVENTS = 10
SHOWN_PROJECTS = 20


@require_GET
@in_organization("overview")
def overview(request: Request, organization: Organization) -> HttpResponse:
    """For whom may see robots, all of it; who sees those of one project alone begins there; for others their
    projects.
    """
    context: dict[str, object] = {"breadcrumb": [(organization.name, "")], "sees_robots": False}
    if allows(request.viewer, Permission.ROBOT_READ, organization):
        context |= _robots(request, organization)
    else:
        projects = Project.objects.visible_to(request.viewer, organization)
        if only := _only_project(request, projects):
            return redirect("robots:project-overview", organization.slug, only.slug)
        context |= _projects(request, projects)
    if allows(request.viewer, Permission.EVENT_READ, organization):
        context["events"] = _latest(events_of(organization))
    return render(request, "robots/overview/overview.html", context)


def _only_project(request: Request, projects: QuerySet[Project]) -> Project | None:
    """The project whose robots the viewer sees, if they see no other's."""
    seen = request.viewer.projects_with(Permission.ROBOT_READ) or set()
    return projects.filter(pk__in=seen).first() if len(seen) == 1 else None


def _projects(request: Request, projects: QuerySet[Project]) -> dict[str, object]:
    """The first projects of the viewer, those whose robots they see with their overviews."""
    return {
        "projects": projects.select_related("organization")[:SHOWN_PROJECTS],
        "more_projects": max(0, projects.count() - SHOWN_PROJECTS),
        "overviews": request.viewer.projects_with(Permission.ROBOT_READ) or set(),
    }


def _robots(request: Request, organization: Organization) -> dict[str, object]:
    reading, steps = read(request, OverviewForm(request.GET)), organization_steps(organization)
    return (
        {"sees_robots": True}
        | _needs(request, NeedsOf(organization), reading)
        | {
            "chart": chart_of(organization_use(organization, days_of(request.GET)), reading)
            if steps[-1].done
            else None,
            "steps": _open(steps),
        }
    )


def _needs(request: Request, needs: NeedsOf, reading: Reading) -> dict[str, object]:
    """What is pointed out, without what is muted unless that is asked for, to whoever may see it."""
    viewer = request.viewer
    if not allows(viewer, Permission.TOKEN_READ, needs.place):
        return {"needs": [], "muted": 0}
    found = figures_of(needs, sees_events=allows(viewer, Permission.EVENT_READ, needs.place))
    shows_muted = reading.wanted.get("show") == MUTED
    return {
        "needs": [figure for figure in found if shows_muted or not figure.is_muted],
        "muted": sum(figure.is_muted for figure in found),
        "shows_muted": shows_muted,
        "can_answer": allows(viewer, Permission.TOKEN_UPDATE, needs.place),
    }


def _open(steps: list[Step]) -> list[Step]:
    """All of them, until all are done."""
    return [] if all(step.done for step in steps) else steps


def _latest(events: QuerySet[Event]) -> list[tuple[Event, str, str]]:
    return with_sentences(list(events.order_by("-number")[:SHOWN_EVENTS]))


@require_GET
@in_organization("projects")
def project_overview(request: Request, organization: Organization, project: str) -> HttpResponse:
    """The same of one project, for whoever sees its robot accounts."""
    found = find_project(request, organization, project)
    require(request.viewer, Permission.ROBOT_READ, found)
    context = project_page(request, found, "overview") | _of_project(request, found)
    if allows(request.viewer, Permission.EVENT_READ, found):
        context["events"] = _latest(events_of_project(found))
    return render(request, "robots/overview/project_overview.html", context)


def _of_project(request: Request, project: Project) -> dict[str, Any]:
    reading, steps = read(request, OverviewForm(request.GET)), project_steps(project)
    use = project_use(project, days_of(request.GET))
    creates = allows(request.viewer, Permission.ROBOT_CREATE, project)
    return _needs(request, NeedsOf(project.organization, project), reading) | {
        "chart": chart_of(use, reading) if steps[-1].done or use.verifiers else None,
        "steps": _open(steps) if creates else [],
    }
