"""Changing one robot: its settings, its end."""

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from console import moments
from console.forms import attempt, differences, is_conflict, posted
from console.http import Request
from console.models import Organization
from console.pages.candidates import is_sent, text_to_find
from console.pages.frame import in_organization
from console.pages.htmx import done, page_or_dialog, page_or_part
from console.permissions.decision import allows, require
from console.permissions.vocabulary import Permission
from console.reauthentication import require_fresh_sign_in
from robots.accounts.forms.bulk import RobotExtensionForm
from robots.accounts.forms.editing import RobotEditForm
from robots.accounts.services.editing import editable_grants, own_grants, update_robot
from robots.accounts.services.expiry import extend_robot
from robots.accounts.views.choices import people_choices
from robots.accounts.views.frame import robot_crumbs, robot_page
from robots.base.states import is_longer
from robots.models import Robot
from robots.queries.finding import find_robot


@require_http_methods(["GET", "POST"])
@in_organization("robots")
def robot_settings(request: Request, organization: Organization, robot: UUID) -> HttpResponse:
    """What may change, for whom may change it; for others as it is."""
    found = find_robot(request, organization, robot)
    if request.method == "POST":
        require(request.viewer, Permission.ROBOT_UPDATE, found)
    form = _edit_form(request, found)
    sent = form is not None and is_sent(request, form, *form.rows)
    if sent and form and attempt(form, partial(_update, request, found, form)):
        messages.success(request, "Robot account saved.")
        return done(request, request.path)
    context = robot_page(request, found, "settings") | {
        "form": form,
        "buttons": [],  # saving is what this page is for
        "q": text_to_find(request),
        "fixed": _fixed(found),
        "differences": differences(form) if form and is_conflict(form) else [],
        "people": people_choices(organization) if form else None,
    }
    return page_or_part(
        request, "robots/accounts/robot_settings.html", "places", context, invalid=sent
    )


def _edit_form(request: Request, robot: Robot) -> RobotEditForm | None:
    if not allows(request.viewer, Permission.ROBOT_UPDATE, robot):
        return None
    return RobotEditForm(
        posted(request), actor=request.viewer, robot=robot, search=text_to_find(request)
    )


def _update(request: Request, robot: Robot, form: RobotEditForm) -> Robot:
    seen, changes = form.cleaned_data["seen"], form.changes()
    is_extended = "expires_at" in changes and is_longer(robot.expires_at, changes["expires_at"])
    if is_extended and robot.strong_permissions():
        require_fresh_sign_in(request)
    return update_robot(actor=request.user, robot=robot, seen=seen, **changes)


def _fixed(robot: Robot) -> list[str]:
    """What the robot holds itself and the form does not change."""
    editable = {grant.pk for grant in editable_grants(robot).values()}
    return [
        f"{grant.what} on {grant.scope_label}"
        for grant in own_grants(robot)
        if grant.pk not in editable
    ]


@require_http_methods(["GET", "POST"])
@in_organization("robots")
def robot_extend(request: Request, organization: Organization, robot: UUID) -> HttpResponse:
    """When it ends, counted from now; one that is over works again."""
    found = find_robot(request, organization, robot)
    require(request.viewer, Permission.ROBOT_UPDATE, found)
    if found.strong_permissions():
        require_fresh_sign_in(request)
    form = RobotExtensionForm(posted(request), robot=found)
    if request.method == "POST" and (
        changed := attempt(form, lambda: _extend(request, found, form))
    ):
        messages.success(request, f"{changed.name} {until_words(changed)}.")
        return done(request, changed)
    context = {
        "robot": found,
        "form": form,
        "breadcrumb": robot_crumbs(found, "Extend"),
    }
    return page_or_dialog(
        request, "robots/accounts/robot_extend.html", context, invalid=form.is_bound
    )


def _extend(request: Request, robot: Robot, form: RobotExtensionForm) -> Robot:
    end = form.cleaned_data["expires_at"]
    return extend_robot(actor=request.user, robot=robot, expires_at=end)


def until_words(robot: Robot) -> str:
    """When the robot ends, as the end of a sentence."""
    if robot.expires_at is None:
        return "never expires"
    return f"works until {moments.absolute(robot.expires_at)}"
