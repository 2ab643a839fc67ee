"""What a filter of the list of robots can be set to: asked for when the filters are opened."""

from django.http import HttpResponse
from django.shortcuts import render

from console.http import Request
from console.models import Organization, Project
from robots.base.robot_texts import TEXT_FILTERS
from robots.models import Robot, RobotLabel
from robots.models.labels import label_text
from robots.models.robots import RobotQuerySet
from teams.models import Membership, Team

PART = "robot-choices"
OFFERED = 200


def wants_choices(request: Request) -> bool:
    """Whether htmx asks for the choices of the list's filters."""
    return bool(request.htmx) and request.htmx.target == PART


def robot_choices(request: Request) -> HttpResponse:
    """The first of each kind; any other one can be typed."""
    organization = request.organization
    projects = Project.objects.visible_to(request.viewer, organization).order_by("slug")
    teams = Team.objects.visible_to(request.viewer, organization).order_by("name")
    seen = Robot.objects.visible_to(request.viewer, organization)
    labels = RobotLabel.objects.filter(organization=organization, robot__in=seen)
    labels = labels.order_by("key", "value")
    pairs = list(labels.values_list("key", "value").distinct()[:OFFERED])
    context = {
        "projects": projects[:OFFERED],
        "teams": teams[:OFFERED],
        "labels": sorted({key for key, _ in pairs} | {label_text(*pair) for pair in pairs}),
        "texts": [(text.name, _used(seen, text.name)) for text in TEXT_FILTERS],
        "people": people_choices(organization),
    }
    return render(request, "robots/accounts/robot_choices.html", context)


def _used(robots: RobotQuerySet, column: str) -> list[str]:
    """The first texts that stand in the column, each once."""
    texts = robots.exclude(**{column: ""}).order_by(column)
    return list(texts.values_list(column, flat=True).distinct()[:OFFERED])


def people_choices(organization: Organization) -> list[Membership]:
    """The members whom a page offers as a responsible person."""
    members = Membership.objects.filter(organization=organization).select_related("user")
    return list(members.order_by("user__email")[:OFFERED])
