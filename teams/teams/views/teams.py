"""Teams: create, one team's members, its settings."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Case, When
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from console.forms import attempt, posted
from console.http import Request
from console.models import Organization
from console.pages.actions import Action
from console.pages.frame import crumbs, in_organization
from console.pages.htmx import done, form_page, page_or_part
from console.pages.reading import read_search
from console.pages.taken import lead_to_holder
from console.paging import Order, page_of
from console.permissions.decision import require
from console.permissions.vocabulary import Permission
from teams.members.queries import LABEL
from teams.models import Team, TeamMember
from teams.teams.forms import TeamForm, TeamSettingsForm
from teams.teams.queries import find_team, members_matching
from teams.teams.services import create_team, update_team
from teams.teams.views.frame import action, team_page
from teams.teams.views.menus import place_menu


@require_http_methods(["GET", "POST"])
@in_organization("teams")
def team_create(request: Request, organization: Organization) -> HttpResponse:
    require(request.viewer, Permission.TEAM_CREATE, organization)
    form = TeamForm(posted(request))
    if request.method == "POST" and (
        team := attempt(
            form,
            lambda: create_team(actor=request.user, organization=organization, **form.values),
        )
    ):
        messages.success(request, f"Team {team.name} created. Add its first members.")
        return done(request, team)
    lead_to_holder(form, "name", Team.objects.visible_to(request.viewer, organization))
    listed = ("Teams", reverse("robots:team-list", args=[organization.slug]))
    context = {
        "form": form,
        "back": listed[1],
        "breadcrumb": crumbs(organization, listed, "Create team"),
    }
    return form_page(request, "teams/teams/team_form.html", context, invalid=form.is_bound)


@require_GET
@in_organization("teams")
def team(request: Request, organization: Organization, team: UUID) -> HttpResponse:
    found = find_team(request, organization, team)
    is_self = Case(When(user=request.user.pk, then=True), default=False)
    reading = read_search(request)
    places = members_matching(found, reading.text).annotate(label=LABEL, is_self=is_self)
    page = page_of(places, Order("label"), reading, ("member", "members"))
    context = team_page(request, found, "Members") | {"page": page, "q": reading.text}
    context["rows"] = [
        (place, _menu(request, found, place) if context["can_update"] else [])
        for place in page.rows
    ]
    if context["can_update"]:
        context |= action("Add Members", "teams:team-member-add", found)
    return page_or_part(request, "teams/teams/team.html", "place-table", context)


def _menu(request: Request, team: Team, place: TeamMember) -> list[Action]:
    return place_menu(team, place, is_self=place.user_id == request.user.pk)


@require_http_methods(["GET", "POST"])
@in_organization("teams")
def team_settings(request: Request, organization: Organization, team: UUID) -> HttpResponse:
    found = find_team(request, organization, team)
    # The form gets a copy, so that a refused value does not stand in the page's head.
    form = TeamSettingsForm(posted(request), instance=Team.objects.get(pk=found.pk))
    if request.method == "POST":
        require(request.viewer, Permission.TEAM_UPDATE, found)
        if attempt(form, lambda: update_team(actor=request.user, team=found, **form.values)):
            messages.success(request, "Team saved.")
            return done(request, request.path)
    context = team_page(request, found, "Settings") | {"form": form}
    return form_page(request, "teams/teams/team_settings.html", context, invalid=form.is_bound)
