"""Many robots at once: what would become of each, the change, what became of each."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from console import moments
from console.http import Request
from console.models import Organization, Project
from console.pages.frame import in_organization
from console.permissions.vocabulary import Permission
from console.reauthentication import fresh_sign_in, require_fresh_sign_in
from robots.accounts.forms.bulk import TickedForm
from robots.accounts.services.bulk import Change
from robots.accounts.services.expiry import end_words, extend_robot, unless_meant
from robots.accounts.services.robots import delete_robot, disable_robot, enable_robot
from robots.accounts.views.ticked import (
    Back,
    Kind,
    Line,
    Step,
    Ticked,
    deletion,
    extend_ticked,
    of_ticked,
    page_of_ticked,
    simple,
)
from robots.base.periods import RECENTLY
from robots.base.states import is_longer
from robots.models import Robot, Token
from robots.policies.enforcement import refused_end

GET_AND_POST = require_http_methods(["GET", "POST"])


def _find(request: Request, organization: Organization, ticked: list[UUID]) -> list[Robot]:
    seen = Robot.objects.visible_to(request.viewer, organization).filter(uuid__in=ticked)
    return list(seen.select_related("organization", "project__organization").order_by("name", "id"))


def _again(robots: list[Robot]) -> Mapping[int, Robot]:
    return Robot.objects.select_related("organization").in_bulk([robot.pk for robot in robots])


def _line(robot: Robot) -> Line:
    url = "" if robot.deleted_at else robot.get_absolute_url()
    state = "deleted" if robot.deleted_at else robot.state.value
    return Line(robot.uuid, robot.name, url, robot.login_name, state, robot.expires_at)


def _back(request: Request, organization: Organization, form: TickedForm) -> Back:
    """To the project from whose list they come, as far as the actor sees it."""
    slug = form.cleaned_data.get("within")
    seen = Project.objects.visible_to(request.viewer, organization)
    if slug and seen.filter(slug=slug).exists():
        url = reverse("robots:project-robots", args=[organization.slug, slug])
        return Back(url, {"within": slug})
    return Back(reverse("robots:robot-list", args=[organization.slug]))


ROBOTS = Kind(
    name="robot",
    noun="robot account",
    heading="Robot",
    listed="Robots",
    list_name="robots:robot-list",
    warning="Their tokens and permissions go with them; whatever logs in with them stops at once. Their names"
    " are free again. To stop them for now, disable them instead.",
    find=_find,
    again=_again,
    line=_line,
    back=_back,
)
Robots = Ticked[Robot]


def _disabling(request: Request) -> Change[Robot]:
    return Change(
        Permission.ROBOT_UPDATE,
        lambda robot: disable_robot(actor=request.user, robot=robot),
        idle=lambda robot: "Is disabled already." if robot.disabled_at else "",
        effect=lambda robot: (
            "None of its tokens and trusts will be accepted until it is enabled again."
        ),
        result="disabled",
        ends_logins=True,
    )


def _enabling(request: Request) -> Change[Robot]:
    return Change(
        Permission.ROBOT_UPDATE,
        lambda robot: enable_robot(actor=request.user, robot=robot),
        idle=lambda robot: "" if robot.disabled_at else "Is enabled already.",
        effect=lambda robot: "Its tokens and trusts will be accepted again.",
        result="enabled",
        confers=lambda robot: True,
    )


def _extending(request: Request, end: datetime | None, *, earlier: bool) -> Change[Robot]:
    def idle(robot: Robot) -> str:
        stays = unless_meant(robot.expires_at, end, earlier=earlier)
        return stays or refused_end(robot, end)

    return Change(
        Permission.ROBOT_UPDATE,
        lambda robot: extend_robot(actor=request.user, robot=robot, expires_at=end),
        idle=idle,
        effect=lambda robot: end_words(robot.expires_at, end),
        result="extended",
        confers=lambda robot: is_longer(robot.expires_at, end),
    )


def _deleting(request: Request) -> Change[Robot]:
    return Change(
        Permission.ROBOT_DELETE,
        lambda robot: delete_robot(actor=request.user, robot=robot),
        idle=lambda robot: "",
        effect=_last_used,
        result="deleted",
        ends_logins=True,
    )


def _last_used(robot: Robot) -> str:
    """Which of its tokens and trusts were used lately, and where."""
    logins = list(robot.tokens.logins().order_by("-last_used_at"))
    since = timezone.now() - RECENTLY
    recent = [login for login in logins if login.last_used_at > since]
    ends = _counted(logins)
    if not recent:
        return f"{ends}, none used in the last 30 days."
    last = recent[0]
    when = moments.relative(last.last_used_at, timezone.now())
    place = f" from {last.last_used_address}" if last.last_used_address else ""
    return f"{ends}, {len(recent)} used in the last 30 days: {last.name} {when}{place}."


def _counted(logins: list[Token]) -> str:
    """`2 tokens`, and `1 trust` where there are any."""
    trusts = sum(login.by_trust for login in logins)
    numbers = {"token": len(logins) - trusts} | ({"trust": trusts} if trusts else {})
    return " and ".join(f"{n} {noun}{'s'[: n != 1]}" for noun, n in numbers.items())


def _of_ticked(
    request: Request, organization: Organization, verb: str, step: Step[Robot]
) -> HttpResponse:
    return of_ticked(request, organization, ROBOTS, verb, step)


@GET_AND_POST
@in_organization("robots")
def robots_disable(request: Request, organization: Organization) -> HttpResponse:
    return _of_ticked(request, organization, "Disable", simple("Disable", _disabling))


@GET_AND_POST
@in_organization("robots")
def robots_enable(request: Request, organization: Organization) -> HttpResponse:
    return _of_ticked(request, organization, "Enable", simple("Enable", _enabling))


@GET_AND_POST
@in_organization("robots")
def robots_extend(request: Request, organization: Organization) -> HttpResponse:
    """First the end, then the preview, which carries it to the moment."""
    return _of_ticked(request, organization, "Extend", _extend)


def _extend(request: Request, ticked: Robots) -> HttpResponse:
    if any(robot.strong_permissions() for robot in ticked.things):
        require_fresh_sign_in(request)
    return extend_ticked(request, ticked, _extending)


@GET_AND_POST
@in_organization("robots")
def robots_delete(request: Request, organization: Organization) -> HttpResponse:
    """What was used, their number typed, and a fresh sign-in."""
    return _of_ticked(request, organization, "Delete", _fresh_delete)


def _fresh_delete(request: Request, ticked: Robots) -> HttpResponse:
    answer: HttpResponse = _delete(request, ticked)
    return answer


@fresh_sign_in
def _delete(request: Request, ticked: Robots) -> HttpResponse:
    return deletion(request, ticked, _deleting(request))


@GET_AND_POST
@in_organization("robots")
def robots_edit(request: Request, organization: Organization) -> HttpResponse:
    """Robots are edited one at a time: to the settings of the one that is ticked."""
    return _of_ticked(request, organization, "Edit", _one("Edit", "robots:robot-settings"))


@GET_AND_POST
@in_organization("robots")
def robots_refresh(request: Request, organization: Organization) -> HttpResponse:
    """Secrets are shown one at a time: to the page that refreshes that of the robot that is ticked."""
    return _of_ticked(request, organization, "Refresh", _one("Refresh", "robots:robot-refresh"))


@GET_AND_POST
@in_organization("robots")
def robots_copy(request: Request, organization: Organization) -> HttpResponse:
    """Robots are copied one at a time: to the form that begins with what the ticked one has."""
    return _of_ticked(request, organization, "Copy", _one("Copy", "robots:robot-copy"))


def _one(verb: str, route: str) -> Step[Robot]:
    def step(request: Request, ticked: Robots) -> HttpResponse:
        slug = ticked.organization.slug
        pages = [(robot, reverse(route, args=[slug, robot.uuid])) for robot in ticked.things]
        if len(pages) == 1:
            return redirect(pages[0][1])
        context = page_of_ticked(ticked, verb) | {"pages": pages}
        return render(request, "robots/accounts/bulk_one.html", context)

    return step
