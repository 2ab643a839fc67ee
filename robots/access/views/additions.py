"""Adding access: from a robot, a team or a person to places, from a place to whoever is ticked."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from console.forms import attempt, posted
from console.http import Request
from console.models import Organization, Project, Repository
from console.organizations.queries import (
    find_project,
    find_repository,
    projects_matching,
    repositories_matching,
)
from console.organizations.views.projects import project_crumbs
from console.pages.candidates import Offer, choice, is_sent, text_to_find
from console.pages.frame import Crumbs, in_organization
from console.pages.htmx import done, page_or_part
from console.permissions.decision import MissingPermission, allows, require
from console.permissions.roles import ABILITIES
from console.permissions.vocabulary import Permission
from robots.access.addition_preview import (
    AdditionPreview,
    preview_of_holders,
    preview_of_places,
)
from robots.access.forms.additions import GivingForm, HoldersForm, PlacesForm
from robots.access.forms.holders import holder_offers
from robots.accounts.views.frame import robot_crumbs
from robots.queries.finding import find_robot
from robots.queries.reaching import holders_at
from teams.grants.scopes import gives_somewhere
from teams.grants.services import Given, GrantSpec, Outcome, give_all
from teams.members.queries import find_member
from teams.members.views.frame import users_crumbs
from teams.models import Team
from teams.models.grants import GrantHolder
from teams.models.holding import until
from teams.teams.queries import find_team
from teams.teams.views.frame import team_crumbs

NAMED = 5
OUTCOMES = {
    Outcome.GIVEN: "{what} given{until}: {names}.",
    Outcome.RAISED: "Raised to {what}{until}: {names}.",
    Outcome.EXTENDED: "{what} prolonged{until}: {names}.",
    Outcome.HELD: "Held already: {names}.",
}
Wishes = list[tuple[GrantHolder, GrantSpec]]


@dataclass(frozen=True, slots=True)
class Addition:
    """What one of these pages is about: its form, what is ticked in it, and what that comes to."""

    form: GivingForm
    offers: list[Offer[Any]]
    wishes: Callable[[], Wishes]
    preview: Callable[[], AdditionPreview]
    # How a grant is called where the result is told.
    name_of: Callable[[Given], str]
    context: dict[str, Any]
    back: str


def _answer(request: Request, addition: Addition) -> HttpResponse:
    """The page, what is found or given as its parts, or all of it saved."""
    form, refused = addition.form, False
    sent = is_sent(request, form)
    try:
        if sent and (given := attempt(form, partial(_save, request, addition))):
            messages.success(request, _told(given, addition))
            return done(request, addition.back)
    except MissingPermission as error:
        refused = True
        form.add_error(None, f"{error} Nothing was saved, and what you ticked is still here.")
    response = page_or_part(
        request,
        "robots/access/access_add.html",
        "preview" if request.htmx.target == "preview" else "candidates",
        _context(request, addition),
        invalid=sent,
    )
    if refused:
        response.status_code = HTTPStatus.FORBIDDEN
    return response


def _save(request: Request, addition: Addition) -> list[Given]:
    return give_all(actor=request.user, organization=request.organization, wishes=addition.wishes())


def _told(given: list[Given], addition: Addition) -> str:
    """What became of each, in a sentence for each kind of outcome."""
    sentences = []
    for outcome, words in OUTCOMES.items():
        found = [it for it in given if it.outcome == outcome]
        names = [addition.name_of(it) for it in found]
        if names:
            more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
            sentences.append(words.format(names=", ".join(names[:NAMED]) + more, **_what(found[0])))
    said = " ".join(sentences)
    return said[0].upper() + said[1:]


def _what(given: Given) -> dict[str, str]:
    end = until(given.grant.expires_at).removeprefix(",")
    return {"what": given.grant.what, "until": end}


def _context(request: Request, addition: Addition) -> dict[str, Any]:
    form = addition.form
    known = form.is_bound and form.says_what and bool(form.rows)
    return (
        choice(request, form.chosen, *addition.offers)
        | {
            "form": form,
            "ability_names": list(ABILITIES),
            "back": addition.back,
            "preview": addition.preview() if known else None,
        }
        | addition.context
    )


def _to_places(
    request: Request,
    holder: GrantHolder,
    crumbs: Crumbs,
    back: str,
    within: Project | None = None,
) -> HttpResponse:
    """Several places for one holder."""
    if not gives_somewhere(request.viewer, request.organization, within):
        require(request.viewer, Permission.GRANT_CREATE, within or request.organization)
    form = PlacesForm(
        posted(request), actor=request.viewer, organization=request.organization, within=within
    )
    addition = Addition(
        form,
        _offers(request, form),
        lambda: [(holder, spec) for spec in form.specs],
        partial(_preview_of_places, request, holder, form),
        lambda given: given.grant.scope_label,
        {"breadcrumb": crumbs, "who": holder.shown_name, "chooses": "places", "head": "Where"},
        back,
    )
    return _answer(request, addition)


def _preview_of_places(request: Request, holder: GrantHolder, form: PlacesForm) -> AdditionPreview:
    hidden = Team.objects.hidden_from(request.viewer, request.organization)
    return preview_of_places(request.viewer, holder, form.specs, hidden)


def _offers(request: Request, form: PlacesForm) -> list[Offer[Any]]:
    """All projects together, then projects, then repositories."""
    text = text_to_find(request)
    projects = form.projects.order_by("slug")
    repositories = form.repositories.order_by("project__slug", "name")
    all_projects = form.everywhere if text.lower() in EVERYWHERE.lower() else form.everywhere.none()
    return [
        Offer("organization", form.everywhere, all_projects, _of_organization, "organization:"),
        Offer("project", projects, projects_matching(projects, text), _of_project, "project:"),
        Offer(
            "repository",
            repositories,
            repositories_matching(repositories, text),
            _of_repository,
            "repository:",
        ),
    ]


EVERYWHERE = "All projects"


def _of_organization(organization: Organization) -> tuple[str, str]:
    return EVERYWHERE, "all their repositories, also future ones"


def _of_project(project: Project) -> tuple[str, str]:
    return project.slug, "all its repositories, also future ones"


def _of_repository(repository: Repository) -> tuple[str, str]:
    return f"{repository.project.slug}/{repository.name}", repository.description


def _to_holders(
    request: Request, place: Project | Repository, crumbs: Crumbs, back: str
) -> HttpResponse:
    """One place for several holders."""
    require(request.viewer, Permission.GRANT_CREATE, place)
    form = HoldersForm(posted(request), actor=request.viewer, place=place)
    addition = Addition(
        form,
        holder_offers(form.holders, text_to_find(request)),
        lambda: [(holder, form.spec(place)) for holder in form.rows],
        partial(_preview_of_holders, request, place, form),
        lambda given: given.grant.holder.shown_name,
        {"breadcrumb": crumbs, "who": place, "chooses": "holders", "head": "Who"},
        back,
    )
    return _answer(request, addition)


def _preview_of_holders(
    request: Request, place: Project | Repository, form: HoldersForm
) -> AdditionPreview:
    hidden = Team.objects.hidden_from(request.viewer, request.organization)
    knows = allows(request.viewer, Permission.GRANT_READ, place)
    present = holders_at(place, hidden).values() if knows else ()
    held = {reacher.holder.uuid: reacher.held for reacher in present}
    return preview_of_holders(form.rows, form.spec(place), held)


@require_http_methods(["GET", "POST"])
@in_organization("robots")
def robot_access_add(request: Request, organization: Organization, robot: UUID) -> HttpResponse:
    found = find_robot(request, organization, robot)
    if found.is_role_account:  # which holds its role and nothing else
        raise Http404
    back = reverse("robots:robot-access", args=[organization.slug, found.uuid])
    crumbs = robot_crumbs(found, ("Access", back), "Add access")
    return _to_places(request, found, crumbs, back, found.project)


@require_http_methods(["GET", "POST"])
@in_organization("teams")
def team_access_add(request: Request, organization: Organization, team: UUID) -> HttpResponse:
    found = find_team(request, organization, team)
    require(request.viewer, Permission.TEAM_READ, found)
    back = reverse("teams:team-permissions", args=[organization.slug, found.uuid])
    crumbs = team_crumbs(found, ("Permissions", back), "Add access")
    return _to_places(request, found, crumbs, back)


@require_http_methods(["GET", "POST"])
@in_organization("users")
def member_access_add(request: Request, organization: Organization, member: UUID) -> HttpResponse:
    require(request.viewer, Permission.MEMBER_READ, organization)
    found = find_member(organization, member)
    back = reverse("teams:member-list", args=[organization.slug])
    crumbs = users_crumbs(organization, found.user.display_name, "Add access")
    return _to_places(request, found.user, crumbs, back)


@require_http_methods(["GET", "POST"])
@in_organization("repositories")
def repository_access_add(
    request: Request, organization: Organization, repository: UUID
) -> HttpResponse:
    found = find_repository(request, organization, repository)
    back = reverse("robots:repository-permissions", args=[organization.slug, found.uuid])
    own = (found.name, found.get_absolute_url())
    crumbs = project_crumbs(found.project, own, ("Permissions", back), "Add access")
    return _to_holders(request, found, crumbs, back)


@require_http_methods(["GET", "POST"])
@in_organization("projects")
def project_access_add(request: Request, organization: Organization, project: str) -> HttpResponse:
    found = find_project(request, organization, project)
    back = reverse("robots:project-reach", args=[organization.slug, found.slug])
    crumbs = project_crumbs(found, ("Who can reach this", back), "Add access")
    return _to_holders(request, found, crumbs, back)
