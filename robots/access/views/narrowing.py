"""What a robot account holds and does not use, and narrowing it to what it uses."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from console.forms import attempt, posted
from console.http import Request
from console.models import Organization
from console.pages.frame import in_organization
from console.pages.htmx import done, form_page
from console.permissions.decision import MissingPermission
from robots.access.forms.narrowing import NarrowingForm
from robots.access.services.narrowing import may_narrow, narrow_robot, require_to_narrow_any
from robots.accounts.views.frame import robot_crumbs
from robots.models import Robot
from robots.queries.finding import find_robot
from robots.queries.permission_uses import UNUSED_DAYS
from robots.queries.unused_permissions import Unused, UnusedGrant, unused_permissions
from teams.models import Team

# In the part of the page about access, and in the form: what is left follows once these are done.
SHOWN, OFFERED = 20, 40


@dataclass(frozen=True, slots=True)
class Row:
    """A grant of which something was not used, as a page shows it."""

    it: UnusedGrant
    may_narrow: bool
    is_ticked: bool = True


def _unused(request: Request, robot: Robot) -> Unused:
    hidden = Team.objects.hidden_from(request.viewer, request.organization)
    return unused_permissions(robot, hidden)


def unused_part(request: Request, robot: Robot) -> dict[str, Any]:
    """What the page about access says of permissions that were not used."""
    unused = _unused(request, robot)
    can_narrow = any(may_narrow(request.viewer, it) for it in unused.own)
    where = [robot.organization.slug, robot.uuid]
    return {
        "unused": unused,
        "unused_days": UNUSED_DAYS,
        "unused_rows": [Row(it, can_narrow) for it in unused.grants[:SHOWN]],
        "more_unused": len(unused.grants[SHOWN:]),
        "narrow_url": reverse("robots:robot-narrow", args=where) if can_narrow else "",
    }


@require_http_methods(["GET", "POST"])
@in_organization("robots")
def robot_narrow(request: Request, organization: Organization, robot: UUID) -> HttpResponse:
    """Each grant as it is and as it would be; then those that are ticked are so."""
    found = find_robot(request, organization, robot)
    if found.is_role_account:  # which holds its role and nothing else
        raise Http404
    require_to_narrow_any(request.viewer, found, _unused(request, found).own)
    form, refused = NarrowingForm(posted(request)), False
    back = reverse("robots:robot-access", args=[organization.slug, found.uuid])
    try:
        if request.method == "POST" and (
            given := attempt(form, lambda: _save(request, found, form))
        ):
            messages.success(request, _told(found, given))
            return done(request, back)
    except MissingPermission as error:
        refused = True
        form.add_error(None, f"{error} Nothing was changed.")
    context = _context(request, found, form) | {"back": back}
    response = form_page(request, "robots/access/robot_narrow.html", context, invalid=form.is_bound)
    if refused:
        response.status_code = HTTPStatus.FORBIDDEN
    return response


def _save(request: Request, robot: Robot, form: NarrowingForm) -> list[UnusedGrant]:
    return narrow_robot(actor=request.user, robot=robot, seen=form.cleaned_data["grant"])


def _told(robot: Robot, given: list[UnusedGrant]) -> str:
    what = "1 grant" if len(given) == 1 else f"{len(given)} grants"
    return f"{robot.name}: {what} narrowed to what was used. Add Access gives it back."


def _context(request: Request, robot: Robot, form: NarrowingForm) -> dict[str, Any]:
    unused, ticked = _unused(request, robot), form.ticked
    back = reverse("robots:robot-access", args=[robot.organization.slug, robot.uuid])
    rows = [
        Row(it, may_narrow(request.viewer, it), not form.is_bound or str(it.uuid) in ticked)
        for it in unused.own[:OFFERED]
    ]
    return {
        "robot": robot,
        "form": form,
        "unused": unused,
        "unused_days": UNUSED_DAYS,
        "rows": rows,
        "more": len(unused.own[OFFERED:]),
        "of_teams": [Row(it, False) for it in unused.grants if it.kept_because][:SHOWN],
        "can_narrow": any(row.may_narrow for row in rows),
        "breadcrumb": robot_crumbs(robot, ("Access", back), "Narrow"),
    }
