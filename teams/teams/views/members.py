"""The people of a team: adding several, changing a role, removing."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from console.forms import attempt, posted
from console.http import Request
from console.models import Organization
from console.pages.candidates import Offer, choice, is_sent, text_to_find
from console.pages.confirmation import Consequence, confirm
from console.pages.frame import in_organization
from console.pages.htmx import done, page_or_dialog, page_or_part
from console.permissions.decision import require
from console.permissions.vocabulary import Permission
from teams.grants.access_preview import access_preview
from teams.members.forms import RoleForm
from teams.members.queries import people_of
from teams.models import Membership, Team, TeamMember
from teams.teams.forms import TEAM_ROLES, TeamMembersForm
from teams.teams.queries import find_place, find_team
from teams.teams.services import add_team_members, change_team_role, leave_team, remove_team_member
from teams.teams.views.frame import team_crumbs


@require_http_methods(["GET", "POST"])
@in_organization("teams")
def team_member_add(request: Request, organization: Organization, team: UUID) -> HttpResponse:
    """Choose people of the organization who are not in the team, several at once."""
    found = find_team(request, organization, team)
    require(request.viewer, Permission.TEAM_UPDATE, found)
    form = TeamMembersForm(posted(request), people=_outside(found))
    sent = is_sent(request, form)
    if sent and (added := attempt(form, lambda: _add(request, found, form))):
        messages.success(request, f"{added} added to {found.name}.")
        return done(request, found)
    context = _choice(request, found) | {
        "team": found,
        "form": form,
        "breadcrumb": team_crumbs(found, "Add members"),
    }
    return page_or_part(
        request, "teams/teams/team_member_add.html", "candidates", context, invalid=sent
    )


def _outside(team: Team, text: str = "") -> QuerySet[Membership]:
    inside = team.members.values("user")
    return people_of(team.organization, text).exclude(user__in=inside)


def _choice(request: Request, team: Team) -> dict[str, Any]:
    matching = _outside(team, text_to_find(request))
    return choice(request, "member", Offer("person", _outside(team), matching, _of_member))


def _of_member(member: Membership) -> tuple[str, str]:
    return member.user.display_name, member.user.name and member.user.email


def _add(request: Request, team: Team, form: TeamMembersForm) -> str:
    """Who was added, in words."""
    users = [membership.user for membership in form.cleaned_data["member"]]
    role = form.cleaned_data["role"]
    added = add_team_members(actor=request.user, team=team, users=users, role=role)
    names = [place.user.display_name for place in added]
    return names[0] if len(names) == 1 else f"{len(names)} people"


@require_http_methods(["GET", "POST"])
@in_organization("teams")
def team_member_role(
    request: Request, organization: Organization, team: UUID, member: UUID
) -> HttpResponse:
    found = find_team(request, organization, team)
    place = find_place(found, member)
    require(request.viewer, Permission.TEAM_UPDATE, found)
    form = RoleForm(posted(request), choices=TEAM_ROLES, present=place.role)
    if request.method == "POST" and (words := attempt(form, lambda: _change(request, place, form))):
        messages.success(request, words)
        return done(request, found)
    context = {
        "form": form,
        "person": place.user,
        "team": found,
        "back": found.get_absolute_url(),
        "is_last_owner": False,
        "breadcrumb": team_crumbs(found, f"Role of {place.user.display_name}"),
    }
    return page_or_dialog(request, "teams/members/role_form.html", context, invalid=form.is_bound)


def _change(request: Request, place: TeamMember, form: RoleForm) -> str:
    """Who is what now, in words."""
    changed = change_team_role(actor=request.user, place=place, role=form.cleaned_data["role"])
    return f"{changed.user.display_name} is {changed.get_role_display().lower()} now."


@require_http_methods(["GET", "POST"])
@in_organization("teams")
def team_member_remove(
    request: Request, organization: Organization, team: UUID, member: UUID
) -> HttpResponse:
    """What the person loses; then they are out of the team."""
    found = find_team(request, organization, team)
    place = find_place(found, member)
    require(request.viewer, Permission.TEAM_UPDATE, found)
    consequence = Consequence(
        lambda: remove_team_member(actor=request.user, place=place),
        f"{place.user.display_name} is out of {found.name}.",
        found,
    )
    return _question(request, place, f"Remove {place.user.display_name}", consequence)


@require_http_methods(["GET", "POST"])
@in_organization("teams")
def team_leave(request: Request, organization: Organization, team: UUID) -> HttpResponse:
    """What one loses oneself; then one is out of the team."""
    found = find_team(request, organization, team)
    place = get_object_or_404(found.members.select_related("user"), user=request.user.pk)
    consequence = Consequence(
        lambda: leave_team(actor=request.user, place=place),
        f"You are out of {found.name}.",
        reverse("robots:team-list", args=[organization.slug]),
    )
    return _question(request, place, "Leave", consequence)


def _question(
    request: Request, place: TeamMember, title: str, consequence: Consequence
) -> HttpResponse:
    team = place.team
    context = {
        "team": team,
        "name": place.user.display_name,
        "is_self": place.user_id == request.user.pk,
        "is_robot": False,
        "losses": access_preview(
            place.user, team.organization, team.grants.with_names(), request.viewer
        ),
        "back": team.get_absolute_url(),
        "breadcrumb": team_crumbs(team, title),
    }
    return confirm(request, "teams/teams/team_end.html", context, consequence)
