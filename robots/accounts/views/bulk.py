"""Many robots at once: what would become of each, the change, what became of each."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from console import moments
from console.http import Request
from console.models import Organization, Project
from console.pages.frame import crumbs, in_organization
from console.pages.htmx import form_page
from console.permissions.vocabulary import Permission
from console.reauthentication import fresh_sign_in, require_fresh_sign_in
from robots.accounts.forms.bulk import CountForm, ExtensionForm, TickedForm, as_text, previewed_end
from robots.accounts.services.bulk import Change, Prospect, make_changes, prospects
from robots.accounts.services.expiry import end_words, extend_robot, when
from robots.accounts.services.robots import delete_robot, disable_robot, enable_robot
from robots.base.periods import RECENTLY
from robots.base.states import is_longer
from robots.models import Robot
from robots.policies.enforcement import refused_end
from robots.queries.finding import tokens_of

TEMPLATE, RESULT = "robots/accounts/bulk.html", "robots/accounts/bulk_result.html"
GET_AND_POST = require_http_methods(["GET", "POST"])


@dataclass(frozen=True, slots=True)
class Ticked:
    """The robots that are ticked, as far as the actor sees them, and how many others were."""

    organization: Organization
    robots: list[Robot]
    gone: int
    is_confirmed: bool
    within: Project | None


Step = Callable[[Request, Ticked], HttpResponse]


def _of_ticked(request: Request, organization: Organization, verb: str, step: Step) -> HttpResponse:
    """The step for the robots that are ticked; an address that is merely opened leads to the list."""
    if request.method != "POST":
        return redirect(reverse("robots:robot-list", args=[organization.slug]))
    form = TickedForm(request.POST)
    is_valid, within = form.is_valid(), _within(request, organization, form)
    empty = _page(organization, verb, within)
    if not is_valid:
        return form_page(request, TEMPLATE, empty | {"form": form}, invalid=True)
    ticked = form.cleaned_data["robot"]
    seen = Robot.objects.visible_to(request.viewer, organization).filter(uuid__in=ticked)
    found = list(
        seen.select_related("organization", "project__organization").order_by("name", "id")
    )
    if not found:
        return form_page(request, TEMPLATE, empty | {"gone": len(ticked)}, invalid=True)
    is_confirmed, gone = form.cleaned_data["confirmed"], len(ticked) - len(found)
    return step(request, Ticked(organization, found, gone, is_confirmed, within))


def _within(request: Request, organization: Organization, form: TickedForm) -> Project | None:
    """The project from whose list they come, as far as the actor sees it."""
    slug = form.cleaned_data.get("within")
    seen = Project.objects.visible_to(request.viewer, organization)
    return seen.filter(slug=slug).first() if slug else None


def _page(organization: Organization, verb: str, within: Project | None) -> dict[str, object]:
    listed = reverse("robots:robot-list", args=[organization.slug])
    if within:
        listed = reverse("robots:project-robots", args=[organization.slug, within.slug])
    return {
        "within": within,
        "verb": verb,
        "listed": listed,
        "form": None,
        "rows": [],
        "breadcrumb": crumbs(organization, ("Robots", listed), f"{verb} robot accounts"),
    }


def _preview(
    request: Request,
    ticked: Ticked,
    verb: str,
    change: Change,
    form: forms.Form | None = None,
    **more: object,
) -> HttpResponse:
    """What would become of each. Only those that can be changed go on."""
    rows = prospects(request.viewer, change, ticked.robots)
    context = _page(ticked.organization, verb, ticked.within) | {
        "rows": rows,
        "possible": [row.robot for row in rows if row.possible],
        "gone": ticked.gone,
        "form": form,
        "ends_logins": change.ends_logins,
        **more,
    }
    invalid = form is not None and form.is_bound
    return form_page(request, TEMPLATE, context, invalid=invalid)


def _result(request: Request, ticked: Ticked, verb: str, change: Change) -> HttpResponse:
    """Change them, and say what became of each. Sent twice, the second answer says so."""
    rows = make_changes(request.viewer, change, ticked.robots)
    context = _page(ticked.organization, verb, ticked.within) | {
        "rows": _as_they_are_now(rows),
        "count": sum(row.possible for row in rows),
        "of": len(rows),
        "past": change.result,
        "gone": ticked.gone,
    }
    return render(request, RESULT, context)


def _as_they_are_now(rows: list[Prospect]) -> list[Prospect]:
    now = Robot.objects.in_bulk([row.robot.pk for row in rows])
    return [replace(row, robot=now.get(row.robot.pk, row.robot)) for row in rows]


def _simple(verb: str, change_for: Callable[[Request], Change]) -> Step:
    def step(request: Request, ticked: Ticked) -> HttpResponse:
        change = change_for(request)
        if ticked.is_confirmed:
            return _result(request, ticked, verb, change)
        return _preview(request, ticked, verb, change)

    return step


def _disabling(request: Request) -> Change:
    return Change(
        Permission.ROBOT_UPDATE,
        lambda robot: disable_robot(actor=request.user, robot=robot),
        idle=lambda robot: "Is disabled already." if robot.disabled_at else "",
        effect=lambda robot: "None of its tokens will be accepted until it is enabled again.",
        result="disabled",
        ends_logins=True,
    )


def _enabling(request: Request) -> Change:
    return Change(
        Permission.ROBOT_UPDATE,
        lambda robot: enable_robot(actor=request.user, robot=robot),
        idle=lambda robot: "" if robot.disabled_at else "Is enabled already.",
        effect=lambda robot: "Its tokens will be accepted again.",
        result="enabled",
        confers=lambda robot: True,
    )


def _extending(request: Request, end: datetime | None) -> Change:
    def idle(robot: Robot) -> str:
        if robot.expires_at == end:
            return f"Ends {when(end)} already."
        return refused_end(robot, end)

    return Change(
        Permission.ROBOT_UPDATE,
        lambda robot: extend_robot(actor=request.user, robot=robot, expires_at=end),
        idle=idle,
        effect=lambda robot: end_words(robot, end),
        result="extended",
        confers=lambda robot: is_longer(robot.expires_at, end),
    )


def _deleting(request: Request) -> Change:
    return Change(
        Permission.ROBOT_DELETE,
        lambda robot: delete_robot(actor=request.user, robot=robot),
        idle=lambda robot: "",
        effect=_last_used,
        result="deleted",
        ends_logins=True,
    )


def _last_used(robot: Robot) -> str:
    """Which of its tokens were used lately, and where."""
    tokens = list(tokens_of(robot).order_by("-last_used_at"))
    since = timezone.now() - RECENTLY
    recent = [token for token in tokens if token.last_used_at > since]
    ends = f"{len(tokens)} token{'' if len(tokens) == 1 else 's'}"
    if not recent:
        return f"{ends}, none used in the last 30 days."
    last = recent[0]
    when = moments.relative(last.last_used_at, timezone.now())
    place = f" from {last.last_used_address}" if last.last_used_address else ""
    return f"{ends}, {len(recent)} used in the last 30 days: {last.name} {when}{place}."


@GET_AND_POST
@in_organization("robots")
def robots_disable(request: Request, organization: Organization) -> HttpResponse:
    return _of_ticked(request, organization, "Disable", _simple("Disable", _disabling))


@GET_AND_POST
@in_organization("robots")
def robots_enable(request: Request, organization: Organization) -> HttpResponse:
    return _of_ticked(request, organization, "Enable", _simple("Enable", _enabling))


@GET_AND_POST
@in_organization("robots")
def robots_extend(request: Request, organization: Organization) -> HttpResponse:
    """First the end, then the preview, which carries it to the moment."""
    return _of_ticked(request, organization, "Extend", _extend)


def _extend(request: Request, ticked: Ticked) -> HttpResponse:
    if any(robot.strong_permissions() for robot in ticked.robots):
        require_fresh_sign_in(request)
    if "until" in request.POST and ticked.is_confirmed:
        change = _extending(request, previewed_end(request.POST["until"]))
        return _result(request, ticked, "Extend", change)
    form = ExtensionForm(request.POST if "expiry" in request.POST else None)
    if form.is_bound and form.is_valid():
        end = form.cleaned_data["expires_at"]
        change = _extending(request, end)
        return _preview(request, ticked, "Extend", change, until=as_text(end))
    context = _page(ticked.organization, "Extend", ticked.within) | {
        "form": form,
        "robots": ticked.robots,
    }
    return form_page(request, "robots/accounts/bulk_extend.html", context, invalid=form.is_bound)


@GET_AND_POST
@in_organization("robots")
def robots_delete(request: Request, organization: Organization) -> HttpResponse:
    """What was used, their number typed, and a fresh sign-in."""
    return _of_ticked(request, organization, "Delete", _fresh_delete)


def _fresh_delete(request: Request, ticked: Ticked) -> HttpResponse:
    answer: HttpResponse = _delete(request, ticked)
    return answer


@fresh_sign_in
def _delete(request: Request, ticked: Ticked) -> HttpResponse:
    change, expected = _deleting(request), len(ticked.robots) + ticked.gone
    sent = CountForm(request.POST if ticked.is_confirmed else None, expected=expected)
    if ticked.is_confirmed and sent.is_valid():
        return _result(request, ticked, "Delete", change)
    if not sent.is_bound:
        rows = prospects(request.viewer, change, ticked.robots)
        sent = CountForm(expected=sum(row.possible for row in rows))
    return _preview(request, ticked, "Delete", change, sent)


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


def _one(verb: str, route: str) -> Step:
    def step(request: Request, ticked: Ticked) -> HttpResponse:
        slug = ticked.organization.slug
        pages = [(robot, reverse(route, args=[slug, robot.uuid])) for robot in ticked.robots]
        if len(pages) == 1:
            return redirect(pages[0][1])
        context = _page(ticked.organization, verb, ticked.within) | {
            "pages": pages,
            "gone": ticked.gone,
        }
        return render(request, "robots/accounts/bulk_one.html", context)

    return step
