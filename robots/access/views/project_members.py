"""Who has a role in a project: people and teams."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from console.forms import attempt, posted
from console.http import Request
from console.models import Organization, Project
from console.organizations.queries import find_project
from console.organizations.views.projects import project_crumbs, project_page
from console.pages.actions import Action
from console.pages.candidates import Offer, choice, is_sent, text_to_find
from console.pages.confirmation import Consequence, confirm
from console.pages.frame import in_organization
from console.pages.htmx import done, form_page, page_or_part
from console.pages.reading import read
from console.paging import Order, Page, page_of
from console.permissions.decision import allows, require
from console.permissions.vocabulary import Permission
from robots.access.forms.members import ProjectMemberForm, ProjectRoleForm, value_of
from robots.access.views.menus import project_grant_menu
from teams.grants.services import GrantSpec, change_grant, give, take
from teams.models import AccessGrant, Team, TeamGrant, User, UserGrant
from teams.models.teams import UNNAMED_TEAM

MenuOf = Callable[[AccessGrant], list[Action]]
PEOPLE, TEAMS = ("person", "people"), ("team", "teams")
CURSORS = ("people", "teams")


@dataclass(frozen=True, slots=True)
class MemberRow:
    """Somebody's grant on the whole project."""

    grant: AccessGrant
    name: str
    detail: str
    url: str
    menu: Sequence[Action] = ()


def _page(
    request: Request, project: Project, model: type[AccessGrant], holder: str, noun: tuple[str, str]
) -> Page[Any]:
    grants = model.objects.filter(project=project, repository=None).with_names()
    reading = read(request, cursors=CURSORS)
    return page_of(grants.select_related(holder), Order("id"), reading, noun, parameter=noun[1])


def _people(page: Page[Any], menu: MenuOf) -> list[MemberRow]:
    return [
        MemberRow(grant, grant.user.display_name, grant.user.email, "", menu(grant))
        for grant in page.rows
    ]


def _teams(request: Request, page: Page[Any], menu: MenuOf) -> list[MemberRow]:
    """A secret team stands here without its name for whom it is secret from."""
    hidden = Team.objects.hidden_from(request.viewer, request.organization)
    return [
        MemberRow(grant, UNNAMED_TEAM, "", "", menu(grant))
        if grant.team_id in hidden
        else MemberRow(
            grant,
            grant.team.name,
            grant.team.description,
            grant.team.get_absolute_url(),
            menu(grant),
        )
        for grant in page.rows
    ]


@require_GET
@in_organization("projects")
def project_members(request: Request, organization: Organization, project: str) -> HttpResponse:
    found = find_project(request, organization, project)
    require(request.viewer, Permission.GRANT_READ, found)
    menu = partial(project_grant_menu, request.viewer, found)
    people = _page(request, found, UserGrant, "user", PEOPLE)
    teams = _page(request, found, TeamGrant, "team__organization", TEAMS)
    context = project_page(request, found, "members") | {
        "lists": [
            ("People", "member-table", people, _people(people, menu)),
            ("Teams", "team-table", teams, _teams(request, teams, menu)),
        ],
        "is_empty": not people.count and not teams.count,
        "buttons": _buttons(request, found),
    }
    return render(request, "robots/access/project_members.html", context)


def _buttons(request: Request, project: Project) -> list[Action]:
    if not allows(request.viewer, Permission.GRANT_CREATE, project):
        return []
    where = [project.organization.slug, project.slug]
    create = reverse("robots:project-member-create", args=where)
    invite = reverse("teams:invitation-create", args=[project.organization.slug])
    return [
        Action("Invite People", f"{invite}?project={project.slug}", "user-plus"),
        Action("Add Member", create, "plus", "primary"),
    ]


def _address(project: Project) -> str:
    return reverse("robots:project-members", args=[project.organization.slug, project.slug])


@require_http_methods(["GET", "POST"])
@in_organization("projects")
def project_member_create(
    request: Request, organization: Organization, project: str
) -> HttpResponse:
    """A searchable choice of people and teams, and their role."""
    found = find_project(request, organization, project)
    require(request.viewer, Permission.GRANT_CREATE, found)
    form = ProjectMemberForm(posted(request), actor=request.viewer, project=found)
    sent = is_sent(request, form)
    if sent and (grant := attempt(form, lambda: _give(request, found, form))):
        name = form.cleaned_data["holder"].shown_name
        messages.success(request, f"{name} is {grant.what} of {found.name} now.")
        return done(request, _address(found))
    context = _candidates(request, form) | {
        "project": found,
        "form": form,
        "back": _address(found),
        "breadcrumb": project_crumbs(found, ("Members", _address(found)), "Add member"),
    }
    template = "robots/access/project_member_form.html"
    return page_or_part(request, template, "candidates", context, invalid=sent)


def _candidates(request: Request, form: ProjectMemberForm) -> dict[str, Any]:
    """Whom to choose from: teams first, then people."""
    text = text_to_find(request)
    teams, people = form.teams.order_by("name"), form.people.order_by("name", "email")
    named = Q(name__has_text=text) | Q(email__has_text=text)
    return choice(
        request,
        "holder",
        Offer("team", teams, teams.filter(name__has_text=text), _of_team, "team-"),
        Offer("person", people, people.filter(named), _of_person, "person-"),
    )


def _of_team(team: Team) -> tuple[str, str]:
    return team.name, team.description


def _of_person(person: User) -> tuple[str, str]:
    return person.display_name, person.name and person.email


def _give(request: Request, project: Project, form: ProjectMemberForm) -> AccessGrant:
    spec = GrantSpec(project.organization, project, **form.chosen())
    return give(actor=request.user, holder=form.cleaned_data["holder"], spec=spec)


def _find(request: Request, project: Project, grant: UUID) -> MemberRow:
    """The person's or team's grant of that UUID on the whole project."""
    on = {"uuid": grant, "project": project, "repository": None}
    person = UserGrant.objects.filter(**on).with_names().select_related("user").first()
    if person:
        return MemberRow(person, person.user.display_name, person.user.email, "")
    team = TeamGrant.objects.filter(**on).with_names().select_related("team__organization").first()
    if team is None:
        raise Http404
    seen = Team.objects.visible_to(request.viewer, request.organization).filter(pk=team.team_id)
    return MemberRow(team, team.team.name if seen.exists() else UNNAMED_TEAM, "", "")


@require_http_methods(["GET", "POST"])
@in_organization("projects")
def project_member(
    request: Request, organization: Organization, project: str, grant: UUID
) -> HttpResponse:
    """Another role for a person or team."""
    found = find_project(request, organization, project)
    require(request.viewer, Permission.GRANT_UPDATE, found)
    row = _find(request, found, grant)
    form = ProjectRoleForm(
        posted(request),
        actor=request.viewer,
        project=found,
        present=value_of(row.grant),
    )
    if request.method == "POST" and (changed := attempt(form, lambda: _change(request, row, form))):
        messages.success(request, f"{row.name} is {changed.what} of {found.name} now.")
        return done(request, _address(found))
    context = {
        "project": found,
        "row": row,
        "form": form,
        "breadcrumb": project_crumbs(found, ("Members", _address(found)), row.name),
    }
    return form_page(request, "robots/access/project_member.html", context, invalid=form.is_bound)


def _change(request: Request, row: MemberRow, form: ProjectRoleForm) -> AccessGrant:
    return change_grant(actor=request.user, grant=row.grant, **form.chosen())


@require_http_methods(["GET", "POST"])
@in_organization("projects")
def project_member_delete(
    request: Request, organization: Organization, project: str, grant: UUID
) -> HttpResponse:
    """A question that names who loses what; then it is gone."""
    found = find_project(request, organization, project)
    require(request.viewer, Permission.GRANT_DELETE, found)
    row = _find(request, found, grant)
    context = {
        "project": found,
        "row": row,
        "back_url": _address(found),
        "breadcrumb": project_crumbs(found, ("Members", _address(found)), "Remove"),
    }
    consequence = Consequence(
        lambda: take(actor=request.user, grant=row.grant),
        f"{row.name} is no longer {row.grant.what} of {found.name}.",
        _address(found),
    )
    return confirm(request, "robots/access/project_member_delete.html", context, consequence)
