"""Robot accounts: list, one robot's tabs, disable, enable, delete."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from console.http import Request
from console.models import Organization, Project
from console.pages.confirmation import Consequence, confirm_by_name
from console.pages.frame import crumbs, in_organization
from console.pages.htmx import done, page_or_part
from console.pages.reading import read
from console.paging import Order, page_of
from console.permissions.decision import allows, require
from console.permissions.vocabulary import Permission
from robots.accounts.services.robots import delete_robot, disable_robot, enable_robot
from robots.accounts.views.activity import robot_chart
from robots.accounts.views.choices import answer_people, robot_choices, wants_choices, wants_people
from robots.accounts.views.columns import ROBOT_TOKENS
from robots.accounts.views.frame import robot_crumbs, robot_page
from robots.accounts.views.listing import read_robot_filters, robots_page
from robots.accounts.views.menus import robot_buttons, token_menu
from robots.base.periods import RECENTLY
from robots.models import Robot
from robots.queries.finding import find_robot, known_teams, seen_tokens, tries_of_ended
from robots.secrets.handed_out import handed_out


@require_GET
@in_organization("robots")
def robot_list(request: Request, organization: Organization) -> HttpResponse:
    if wants_people(request):
        return answer_people(request)
    if wants_choices(request):
        return robot_choices(request)
    robots = Robot.objects.visible_to(request.viewer, organization)
    context = robots_page(request, robots, read_robot_filters(request)) | {
        "can_create": may_create(request, organization),
        "breadcrumb": crumbs(organization, "Robots"),
    }
    return page_or_part(request, "robots/accounts/robot_list.html", "robot-table", context)


def may_create(request: Request, organization: Organization) -> bool:
    """Whether the actor may create robots anywhere in the organization."""
    if allows(request.viewer, Permission.ROBOT_CREATE, organization):
        return True
    return Project.objects.where(request.viewer, [Permission.ROBOT_CREATE], organization).exists()


@require_GET
@in_organization("robots")
def robot(request: Request, organization: Organization, robot: UUID) -> HttpResponse:
    found = find_robot(request, organization, robot)
    page = page_of(
        seen_tokens(request, found),
        Order("created_at", descending=True),
        read(request),
        ("token", "tokens"),
    )
    context = robot_page(request, found, "tokens") | {
        "page": page,
        "columns": ROBOT_TOKENS,
        "buttons": robot_buttons(request.viewer, found, is_first=not page.count),
        "caption": f"Tokens of {found.name}",
        "sees_tokens": allows(request.viewer, Permission.TOKEN_READ, found),
        "tried": tries_of_ended(found, page.rows),
    }
    context["rows"] = [(token, token_menu(token, context)) for token in page.rows]
    if not page.count:
        context["trust_count"] = found.tokens.logins().filter(by_trust=True).count()
    return page_or_part(request, "robots/accounts/robot.html", "token-table", context)


@require_GET
@in_organization("robots")
def robot_activity(request: Request, organization: Organization, robot: UUID) -> HttpResponse:
    found = find_robot(request, organization, robot)
    context = robot_page(request, found, "activity") | robot_chart(request, found)
    return render(request, "robots/accounts/robot_activity.html", context)


@require_POST
@in_organization("robots")
def robot_disable(request: Request, organization: Organization, robot: UUID) -> HttpResponse:
    found = disable_robot(actor=request.user, robot=find_robot(request, organization, robot))
    messages.success(
        request, f"{found.name} is disabled. Its next login is refused. {handed_out()}"
    )
    return done(request, found)


@require_POST
@in_organization("robots")
def robot_enable(request: Request, organization: Organization, robot: UUID) -> HttpResponse:
    found = enable_robot(actor=request.user, robot=find_robot(request, organization, robot))
    messages.success(request, f"{found.name} is enabled.")
    return done(request, found)


@require_http_methods(["GET", "POST"])
@in_organization("robots")
def robot_delete(request: Request, organization: Organization, robot: UUID) -> HttpResponse:
    """What goes, the name typed, and a fresh sign-in."""
    found = find_robot(request, organization, robot)
    require(request.viewer, Permission.ROBOT_DELETE, found)
    consequence = Consequence(
        lambda: delete_robot(actor=request.user, robot=found),
        f"Robot account {found.name} deleted.",
        reverse("robots:robot-list", args=[organization.slug]),
    )
    return confirm_by_name(
        request,
        "robots/accounts/robot_delete.html",
        found.name,
        lambda: _ending(request, found),
        consequence,
    )


def _ending(request: Request, robot: Robot) -> dict[str, Any]:
    since, logins = timezone.now() - RECENTLY, robot.tokens.logins()
    return {
        "robot": robot,
        "recent": logins.filter(last_used_at__gt=since).order_by("-last_used_at"),
        "others": logins.filter(last_used_at__lte=since).order_by("by_trust", "name"),
        "grants": robot.grants.with_names(),
        "teams": known_teams(request, robot),
        "breadcrumb": robot_crumbs(robot, "Delete"),
    }
