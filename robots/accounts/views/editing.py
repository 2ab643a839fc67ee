"""Changing one robot: its settings, its end."""

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from console import moments
from console.forms import attempt, posted
from console.http import Request
from console.models import Organization
from console.pages.frame import in_organization
from console.pages.htmx import done, form_page, page_or_dialog
from console.permissions.decision import allows, require
from console.permissions.vocabulary import Permission
from robots.accounts.forms.bulk import ExtensionForm
from robots.accounts.forms.editing import RobotEditForm
from robots.accounts.services.editing import editable_grants, own_grants, update_robot
from robots.accounts.services.expiry import extend_robot
from robots.accounts.views.choices import people_choices
from robots.accounts.views.frame import robot_crumbs, robot_page
from robots.models import Robot
from robots.queries.finding import find_robot


@require_http_methods(["GET", "POST"])
@in_organization("robots")
def robot_settings(request: Request, organization: Organization, robot: UUID) -> HttpResponse:
    """What may change, for whom may change it; for others as it is."""
    found = find_robot(request, organization, robot)
    is_sent = request.method == "POST"
    if is_sent:
        require(request.viewer, Permission.ROBOT_UPDATE, found)
    form = _edit_form(request, found)
    if is_sent and form and attempt(form, partial(_update, request, found, form)):
        messages.success(request, "Robot account saved.")
        return done(request, request.path)
    context = robot_page(request, found, "settings") | {
        "form": form,
        "buttons": [],  # saving is what this page is for
        "fixed": _fixed(found),
        "people": people_choices(organization) if form else [],
    }
    return form_page(request, "robots/accounts/robot_settings.html", context, invalid=is_sent)


def _edit_form(request: Request, robot: Robot) -> RobotEditForm | None:
    if not allows(request.viewer, Permission.ROBOT_UPDATE, robot):
        return None
    data = posted(request)
    return RobotEditForm(data, actor=request.viewer, robot=robot)


def _update(request: Request, robot: Robot, form: RobotEditForm) -> Robot:
    seen = form.cleaned_data["seen"]
    return update_robot(actor=request.user, robot=robot, seen=seen, **form.changes())


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
    form = ExtensionForm(posted(request))
    if request.method == "POST" and (
        changed := attempt(form, lambda: _extend(request, found, form))
    ):
        messages.success(request, f"{changed.name} {end_words(changed)}.")
        return done(request, changed)
    context = {
        "robot": found,
        "form": form,
        "breadcrumb": robot_crumbs(found, "Extend"),
    }
    return page_or_dialog(
        request, "robots/accounts/robot_extend.html", context, invalid=form.is_bound
    )


def _extend(request: Request, robot: Robot, form: ExtensionForm) -> Robot:
    end = form.cleaned_data["expires_at"]
    return extend_robot(actor=request.user, robot=robot, expires_at=end)


def end_words(robot: Robot) -> str:
    """When the robot ends, as the end of a sentence."""
    if robot.expires_at is None:
        return "never expires"
    return f"works until {moments.absolute(robot.expires_at)}"
