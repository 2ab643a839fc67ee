"""What a team holds: its grants, one more, one less."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from console.forms import attempt, posted
from console.http import Request
from console.models import Organization, Project, Repository
from console.organizations.queries import projects_matching, repositories_matching
from console.pages.actions import Action
from console.pages.candidates import Offer, choice, is_sent, text_to_find
from console.pages.confirmation import Consequence, confirm
from console.pages.frame import in_organization
from console.pages.htmx import done, page_or_part
from console.pages.reading import read
from console.paging import Order, page_of
from console.permissions.decision import allows, require
from console.permissions.vocabulary import Permission
from teams.grants.scopes import (
    grantable_projects,
    grantable_repositories,
)
from teams.grants.services import GrantSpec, give, scope_of, take
from teams.models import Team, TeamGrant
from teams.models.grants import AccessGrant
from teams.teams.forms import TeamGrantForm
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
    if _can_give(request, organization):
        context |= action("Add Permission", "teams:team-grant-create", found)
    return page_or_part(request, "teams/teams/team_permissions.html", "grant-table", context)


def _menu(request: Request, team: Team, grant: TeamGrant) -> list[Action]:
    can_take = allows(request.viewer, Permission.GRANT_DELETE, scope_of(grant))
    return grant_menu(team, grant) if can_take else []


def _can_give(request: Request, organization: Organization) -> bool:
    if allows(request.viewer, Permission.GRANT_CREATE, organization):
        return True
    found = grantable_repositories(request.viewer, organization)
    return grantable_projects(request.viewer, organization).exists() or found.exists()


@require_http_methods(["GET", "POST"])
@in_organization("teams")
def team_grant_create(request: Request, organization: Organization, team: UUID) -> HttpResponse:
    """A level on a project's repositories or on one repository."""
    found = find_team(request, organization, team)
    require(request.viewer, Permission.TEAM_READ, found)
    if not _can_give(request, organization):
        require(request.viewer, Permission.GRANT_CREATE, organization)
    form = _form(request, organization)
    sent = is_sent(request, form)
    if sent and (grant := attempt(form, lambda: _give(request, found, form))):
        messages.success(request, f"{found.name} has {grant.what} on {grant.scope_label}.")
        return done(request, _listed(found))
    context = _scopes(request, form) | {
        "team": found,
        "form": form,
        "back": _listed(found),
        "breadcrumb": team_crumbs(found, ("Permissions", _listed(found)), "Add permission"),
    }
    return page_or_part(
        request, "teams/teams/team_grant_form.html", "candidates", context, invalid=sent
    )


def _form(request: Request, organization: Organization) -> TeamGrantForm:
    return TeamGrantForm(
        posted(request),
        projects=grantable_projects(request.viewer, organization),
        repositories=grantable_repositories(request.viewer, organization),
    )


def _listed(team: Team) -> str:
    return reverse("teams:team-permissions", args=[team.organization.slug, team.uuid])


def _scopes(request: Request, form: TeamGrantForm) -> dict[str, Any]:
    """The places to choose from: projects first, then repositories."""
    text = text_to_find(request)
    projects, repositories = form.projects.order_by("slug"), form.repositories
    repositories = repositories.order_by("project__slug", "name")
    return choice(
        request,
        "scope",
        Offer("project", projects, projects_matching(projects, text), _of_project, "project:"),
        Offer(
            "repository",
            repositories,
            repositories_matching(repositories, text),
            _of_repository,
            "repository:",
        ),
    )


def _of_project(project: Project) -> tuple[str, str]:
    return project.slug, "all its repositories, also future ones"


def _of_repository(repository: Repository) -> tuple[str, str]:
    return f"{repository.project.slug}/{repository.name}", repository.description


def _give(request: Request, team: Team, form: TeamGrantForm) -> AccessGrant:
    scope, role = form.cleaned_data["scope"], f"repository:{form.cleaned_data['level']}"
    project, repository = (scope, None) if isinstance(scope, Project) else (scope.project, scope)
    spec = GrantSpec(team.organization, project, repository, role=role)
    return give(actor=request.user, holder=team, spec=spec)


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
