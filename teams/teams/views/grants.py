"""What a team holds: its grants, one less."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from console.http import Request
from console.models import Organization
from console.pages.actions import Action
from console.pages.confirmation import Consequence, confirm
from console.pages.frame import in_organization
from console.pages.htmx import page_or_part
from console.pages.reading import read
from console.paging import Order, page_of
from console.permissions.decision import allows, require
from console.permissions.vocabulary import Permission
from teams.grants.scopes import gives_somewhere
from teams.grants.services import scope_of, take
from teams.models import Team, TeamGrant
from teams.teams.queries import find_team
from teams.teams.views.frame import action, team_crumbs, team_page
from teams.teams.views.menus import grant_menu


@require_GET
@in_organization("teams")
def team_permissions(request: Request, organization: Organization, team: UUID) -> HttpResponse:
    found = find_team(request, organization, team)
    require(request.viewer, Permission.TEAM_READ, found)
    grants = TeamGrant.objects.filter(team=found).with_names()
    page = page_of(grants, Order("id"), read(request), ("permission", "permissions"))
    context = team_page(request, found, "Permissions") | {
        "page": page,
        "rows": [(grant, _menu(request, found, grant)) for grant in page.rows],
    }
    if gives_somewhere(request.viewer, organization):
        context |= action("Add Access", "robots:team-access-add", found)
    return page_or_part(request, "teams/teams/team_permissions.html", "grant-table", context)


def _menu(request: Request, team: Team, grant: TeamGrant) -> list[Action]:
    can_take = allows(request.viewer, Permission.GRANT_DELETE, scope_of(grant))
    return grant_menu(team, grant) if can_take else []


def _listed(team: Team) -> str:
    return reverse("teams:team-permissions", args=[team.organization.slug, team.uuid])


@require_http_methods(["GET", "POST"])
@in_organization("teams")
def team_grant_delete(
    request: Request, organization: Organization, team: UUID, grant: UUID
) -> HttpResponse:
    """Who loses it; then it is taken back."""
    found = find_team(request, organization, team)
    require(request.viewer, Permission.TEAM_READ, found)
    given = get_object_or_404(TeamGrant.objects.with_names(), team=found, uuid=grant)
    require(request.viewer, Permission.GRANT_DELETE, scope_of(given))
    context = {
        "team": found,
        "grant": given,
        "back": _listed(found),
        "breadcrumb": team_crumbs(found, ("Permissions", _listed(found)), "Remove"),
    }
    consequence = Consequence(
        lambda: take(actor=request.user, grant=given),
        f"{found.name} no longer has {given.what} on {given.scope_label}.",
        _listed(found),
    )
    return confirm(request, "teams/teams/team_grant_delete.html", context, consequence)
