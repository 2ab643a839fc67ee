"""What a filter of the list of all tokens can be set to: asked for when the filters are opened."""

from django.http import HttpResponse
from django.shortcuts import render

from console.http import Request
from console.models import Project
from robots.accounts.views.choices import Suggestions
from robots.queries.finding import visible_tokens
from robots.queries.people import people_who_saw
from robots.queries.token_filters import SEEN_BY
from teams.models import User

PART = "token-choices"


def wants_token_choices(request: Request) -> bool:
    """Whether htmx asks for the choices of the list's filters."""
    return bool(request.htmx) and request.htmx.target == PART


def token_choices(request: Request) -> HttpResponse:
    """The first of each kind; any other one can be typed."""
    organization = request.organization
    projects = Project.objects.visible_to(request.viewer, organization).order_by("slug")
    creators = visible_tokens(request.viewer, organization).order_by("created_by")
    people = User.objects.filter(uuid__in=people_who_saw(request)).order_by("email")
    context = {
        "projects": Suggestions.of(projects),
        "creators": Suggestions.of(creators.values_list("created_by", flat=True).distinct()),
        "people": Suggestions.of(people),
        "seen_by": SEEN_BY,
    }
    return render(request, "robots/tokens/token_choices.html", context)
