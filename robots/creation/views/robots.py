"""Creating a robot account, alone or with its first token."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from console.forms import attempt, posted, without_errors
from console.http import Request
from console.models import Organization, Project
from console.organizations.queries import find_project
from console.pages.candidates import choice_among, is_sent, text_to_find
from console.pages.frame import crumbs, in_organization
from console.pages.htmx import done, page_or_part
from console.pages.taken import lead_to_holder
from console.permissions.decision import MissingPermission, require
from console.permissions.vocabulary import Permission
from robots.accounts.views.choices import people_choices, project_choice
from robots.accounts.views.menus import holds_somewhere
from robots.accounts.views.robots import may_create
from robots.creation.copying import NOTHING, Original, original
from robots.creation.forms.robots import RobotForm
from robots.creation.forms.teams import SHOWN, joinable_teams
from robots.creation.services import create_robot_in_teams, create_robot_with_token
from robots.models import Robot
from robots.models.robots import RobotQuerySet
from robots.queries.finding import find_robot
from robots.tokens.services.minting import Minted
from robots.tokens.services.repetition import RepeatedRequest
from robots.tokens.views.frame import robot_frame
from robots.tokens.views.reveal import answer

TEMPLATE = "robots/creation/robot_form.html"
Created = TypeVar("Created", Robot, Minted)


@require_http_methods(["GET", "POST"])
@in_organization("robots")
def robot_create(request: Request, organization: Organization) -> HttpResponse:
    return _alone(request, NOTHING)


@require_http_methods(["GET", "POST"])
@in_organization("robots")
def robot_copy(request: Request, organization: Organization, robot: UUID) -> HttpResponse:
    """The same form, filled with what of the robot the viewer may give. A role's account has no copies."""
    found = find_robot(request, organization, robot)
    if found.is_role_account:
        raise Http404
    return _alone(request, original(request, found, joinable_teams(request.viewer, organization)))


def _alone(request: Request, copied: Original) -> HttpResponse:
    form = _form(request, copied)
    robot, page = _attempt(request, form, lambda: _create(request, form))
    if robot is None:
        return page()
    said = f"Robot account {robot.name} created. Create its first token now."
    messages.success(request, said)
    return done(request, robot)


@never_cache
@require_http_methods(["GET", "POST"])
@in_organization("robots")
def robot_token_create(request: Request, organization: Organization) -> HttpResponse:
    """The same form; the answer is the reveal. A repeated POST is led to the token's page."""
    form = _form(request, NOTHING, with_token=True)
    try:
        minted, page = _attempt(request, form, lambda: _create_both(request, form))
    except RepeatedRequest as repeated:
        return redirect(repeated.token)
    if minted is None:
        return page()
    robot = minted.token.of_robot
    messages.success(request, f"Robot account {robot.name} created, with its first token.")
    return answer(request, robot_frame(robot), minted)


def _form(request: Request, copied: Original, *, with_token: bool = False) -> RobotForm:
    organization = request.organization
    return RobotForm(
        posted(request),
        actor=request.viewer,
        organization=organization,
        project=_preset_project(request, organization),
        search=text_to_find(request),
        original=NOTHING if request.method == "POST" else copied,
        with_token=with_token,
    )


def _preset_project(request: Request, organization: Organization) -> Project | None:
    """The project that the page was opened from, by somebody who may create robots there or anywhere."""
    slug = request.GET.get("project", "")
    if "\x00" in slug:  # which PostgreSQL cannot even be asked for
        raise Http404
    preset = find_project(request, organization, slug) if slug else None
    if not may_create(request, organization):
        require(request.viewer, Permission.ROBOT_CREATE, preset or organization)
    return preset


def _attempt(
    request: Request, form: RobotForm, create: Callable[[], Created]
) -> tuple[Created | None, Callable[[], HttpResponse]]:
    """What was created, and the page that says why nothing was."""
    status = None
    sent = is_sent(request, form, *form.rows, form.token)
    if not form.with_token:
        without_errors(form.token)
    try:
        created = attempt(form, create) if sent else None
    except MissingPermission as error:
        created, status = None, HTTPStatus.FORBIDDEN
        form.add_error(None, _refusal(error))
    if created is None:
        lead_to_holder(form, "name", _neighbours(request, form))
    return created, lambda: _page(request, form, invalid=sent, status=status)


def _neighbours(request: Request, form: RobotForm) -> RobotQuerySet:
    """The robots of the same level that the viewer sees: no two of them have one name."""
    seen = Robot.objects.visible_to(request.viewer, request.organization)
    return seen.filter(project=form.within if form["level"].value() == "project" else None)


def _refusal(error: MissingPermission) -> str:
    return (
        f"You do not hold {error.permission} where this would need it. "
        "Nothing was created, and what you typed is still here."
    )


def _page(
    request: Request, form: RobotForm, *, invalid: bool, status: HTTPStatus | None
) -> HttpResponse:
    response = page_or_part(request, TEMPLATE, "places", _context(request, form), invalid=invalid)
    response.status_code = status or response.status_code
    return response


def _context(request: Request, form: RobotForm) -> dict[str, Any]:
    organization = request.organization
    listed = ("Robots", reverse("robots:robot-list", args=[organization.slug]))
    found = choice_among(form.team_values, text_to_find(request), [form.team_offer], SHOWN)
    return project_choice(request, form["project"], form.offered, form.matching) | {
        "form": form,
        "original": form.original,
        "teams": found["candidates"],
        "team_count_text": found["count_text"],
        "login_prefix": f"robot_{organization.slug}",
        "people": people_choices(organization),
        "can_create_token": holds_somewhere(request.viewer, Permission.TOKEN_CREATE),
        "breadcrumb": crumbs(organization, listed, "Create robot account"),
    }


def _create(request: Request, form: RobotForm) -> Robot:
    return create_robot_in_teams(
        actor=request.user,
        organization=request.organization,
        teams=form.chosen_teams,
        **form.values(),
    )


def _create_both(request: Request, form: RobotForm) -> Minted:
    return create_robot_with_token(
        actor=request.user,
        organization=request.organization,
        teams=form.chosen_teams,
        token=form.token.values(),
        request_key=form.token.cleaned_data["request_key"],
        **form.values(),
    )
