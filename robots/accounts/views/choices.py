"""What a filter of the list of robots can be set to: asked for when the filters are opened."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import QuerySet
from django.forms import BoundField
from django.http import HttpResponse
from django.shortcuts import render

from console.http import Request
from console.models import Organization, Project
from console.models.organizations import ProjectQuerySet
from console.pages.candidates import Offer, choice_among, text_to_find
from console.pages.search import search_text
from robots.accounts.forms.accesses import SHOWN
from robots.base.robot_texts import TEXT_FILTERS
from robots.models import Robot, RobotLabel
from robots.models.labels import label_text
from robots.models.robots import RobotQuerySet
from teams.members.queries import people_of
from teams.models import Membership, Team

PART, PEOPLE = "robot-choices", "people-choices"
OFFERED, OFFERED_IN_FORM = 200, 10
Suggested = TypeVar("Suggested")


@dataclass(frozen=True, slots=True)
class Suggestions(Generic[Suggested]):
    """The first values of a field that is typed, and whether they are not all."""

    rows: list[Suggested]
    are_cut: bool

    @classmethod
    def of(cls, rows: QuerySet[Any, Suggested], most: int = OFFERED) -> "Suggestions[Suggested]":
        first = list(rows[: most + 1])
        return cls(first[:most], len(first) > most)


def wants_people(request: Request) -> bool:
    """Whether htmx asks for people whom a form may name."""
    return bool(request.htmx) and request.htmx.target == PEOPLE


def wants_choices(request: Request) -> bool:
    """Whether htmx asks for the choices of the list's filters."""
    return bool(request.htmx) and request.htmx.target == PART


def robot_choices(request: Request) -> HttpResponse:
    """The first of each kind; any other one can be typed, and the page says of which kinds there are more."""
    seen = Robot.objects.visible_to(request.viewer, request.organization)
    texts = {text.name: Suggestions.of(_used(seen, text.name)) for text in TEXT_FILTERS}
    kinds = _kinds(request, seen)
    named = kinds | {f"{text.label.lower()}s": texts[text.name] for text in TEXT_FILTERS}
    context = kinds | {
        "labels": _with_keys(kinds["labels"].rows),
        "texts": texts,
        "cut": sorted(name for name, suggestions in named.items() if suggestions.are_cut),
        "offered": OFFERED,
    }
    return render(request, "robots/accounts/robot_choices.html", context)


def _kinds(request: Request, robots: RobotQuerySet) -> dict[str, Suggestions[Any]]:
    """What is there besides texts; labels as pairs."""
    organization = request.organization
    projects = Project.objects.visible_to(request.viewer, organization).order_by("slug")
    teams = Team.objects.visible_to(request.viewer, organization).order_by("name")
    labels = RobotLabel.objects.filter(organization=organization, robot__in=robots)
    labels = labels.order_by("key", "value")
    return {
        "projects": Suggestions.of(projects),
        "teams": Suggestions.of(teams),
        "labels": Suggestions.of(labels.values_list("key", "value").distinct()),
        "people": Suggestions.of(people_of(organization)),
    }


def _with_keys(pairs: list[tuple[str, str]]) -> list[str]:
    """Each label as text, and each key for itself."""
    return sorted({key for key, _ in pairs} | {label_text(*pair) for pair in pairs})


def _used(robots: RobotQuerySet, column: str) -> QuerySet[Robot, str]:
    """The texts that stand in the column, each once."""
    texts = robots.exclude(**{column: ""}).order_by(column)
    return texts.values_list(column, flat=True).distinct()


def people_choices(organization: Organization, text: str = "") -> Suggestions[Membership]:
    """The members whom a form offers as a responsible person: the first who match what is typed."""
    return Suggestions.of(people_of(organization, text), OFFERED_IN_FORM)


def answer_people(request: Request) -> HttpResponse:
    """The same for htmx, which asks as one types."""
    text = search_text({"q": request.GET.get("responsible", "")})
    context = {"people": people_choices(request.organization, text)}
    return render(request, "robots/accounts/people_choices.html", context)


def project_choice(
    request: Request, field: BoundField, projects: ProjectQuerySet, matching: ProjectQuerySet
) -> dict[str, object]:
    """What the choice of one project shows: the chosen one, then some that match what is searched."""
    offer = Offer("project", projects, matching, _of_project)
    return choice_among([str(field.value() or "")], text_to_find(request), [offer], SHOWN)


def _of_project(project: Project) -> tuple[str, str]:
    return project.name, project.slug
