"""The overview of an organization: what needs me, what happened, how much, what next."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Exists, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from console.audit.filters import events_of
from console.audit.sentences import with_sentences
from console.databases.statements import Parameter, Statement
from console.http import Request
from console.models import Organization, Project
from console.pages.frame import in_organization
from console.permissions.decision import allows
from console.permissions.vocabulary import Permission
from robots.models import DailyUse, Robot, Token
from robots.overview.views.attention import figures
from robots.usage.charts import chart_of
from robots.usage.days import organization_days
from teams.models import Team

SHOWN_EVENTS = 10
SHOWN_PROJECTS = 20


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the checklist; ticks itself."""

    label: str
    text: str
    done: bool
    url: str


class Done(NamedTuple):
    """What there is, in the order in which one gets to the first login."""

    project: bool
    robot: bool
    token: bool
    team: bool
    use: bool


def _done() -> QuerySet[Any]:
    here = {"organization": Parameter("organization")}
    return Organization.objects.filter(pk=here["organization"]).annotate(
        project=Exists(Project.objects.filter(**here)),
        robot=Exists(Robot.objects.living().filter(**here)),
        token=Exists(Token.objects.living().filter(**here)),
        team=Exists(Team.objects.filter(**here)),
        use=Exists(DailyUse.objects.filter(**here, accepted__gt=0)),
    )


what_is_done = Statement(Done, _done)

# Label, what it is for, the address by name: in the order of `Done`.
STEPS = (
    ("Create a project", "It holds your repositories.", "console:project-create"),
    ("Create a robot account", "One for each job that logs in.", "robots:robot-create"),
    ("Create a token", "It is shown once.", "robots:robot-list"),
    ("Create a team", "Its people and robot accounts share what it may do.", "teams:team-create"),
    ("Log in with the token", "The first use ticks this off.", ""),
)


def _steps(organization: Organization) -> list[Step]:
    (found,) = what_is_done.ask(organization=organization.pk)
    return [
        Step(label, text, is_done, name and reverse(name, args=[organization.slug]))
        for (label, text, name), is_done in zip(STEPS, found, strict=True)
    ]


def _robots(request: Request, organization: Organization) -> dict[str, object]:
    steps = _steps(organization)
    sees_tokens = allows(request.viewer, Permission.TOKEN_READ, organization)
    return {
        "sees_robots": True,
        "needs": figures(organization) if sees_tokens else [],
        "chart": chart_of(organization_days(organization)) if steps[-1].done else None,
        "steps": steps if not all(step.done for step in steps) else [],
    }


@require_GET
@in_organization("overview")
def overview(request: Request, organization: Organization) -> HttpResponse:
    """For whom may see robots, all of it; for others the organization's name and its people."""
    context: dict[str, object] = {"breadcrumb": [(organization.name, "")], "sees_robots": False}
    if allows(request.viewer, Permission.ROBOT_READ, organization):
        context |= _robots(request, organization)
    else:
        projects = Project.objects.visible_to(request.viewer, organization)
        context["projects"] = projects.select_related("organization")[:SHOWN_PROJECTS]
        context["more_projects"] = max(0, projects.count() - SHOWN_PROJECTS)
    if allows(request.viewer, Permission.EVENT_READ, organization):
        events = events_of(organization).order_by("-number")[:SHOWN_EVENTS]
        context["events"] = with_sentences(list(events))
    return render(request, "robots/overview/overview.html", context)
