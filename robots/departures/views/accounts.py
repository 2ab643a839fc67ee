"""One's own organizations, and the end of one's account."""

from typing import Any

from django.contrib.auth import logout
from django.db.models import Exists, F, OuterRef, QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from console.http import Request
from console.models import Organization
from console.organizations.queries import organizations_matching
from console.pages.confirmation import Consequence, confirm_by_name
from console.pages.htmx import page_or_part
from console.pages.reading import read_search
from console.paging import Order, page_of
from robots.base.periods import RECENTLY
from robots.departures.services import delete_account
from robots.models import Token
from teams.models import Membership

SHOWN, ORGANIZATIONS_SHOWN = 50, 20
BY_SLUG = Order("slug", unique=True)


@require_GET
def my_organizations(request: Request) -> HttpResponse:
    """What one belongs to, found by name, and the way out of each."""
    reading = read_search(request)
    named = organizations_matching(Organization.objects.all(), reading.text)
    found = _memberships(request).filter(organization__in=named)
    page = page_of(found, BY_SLUG, reading, ("organization", "organizations"))
    context = {"section": "own-organizations", "page": page, "q": reading.text}
    template = "robots/departures/my_organizations.html"
    return page_or_part(request, template, "organization-table", context)


def _memberships(request: Request) -> QuerySet[Any]:  # with `slug` and `has_others`
    """Each with whether the organization would have no owner without it."""
    owners = Membership.objects.filter(
        organization=OuterRef("organization"), role=Membership.Role.OWNER, user__is_active=True
    )
    own = Membership.objects.filter(user=request.user.pk).select_related("organization")
    return own.annotate(
        slug=F("organization__slug"), has_others=Exists(owners.exclude(pk=OuterRef("pk")))
    )


@require_http_methods(["GET", "POST"])
def account_delete(request: Request) -> HttpResponse:
    """What ends and what is left to others, the address typed, and a fresh sign-in."""
    consequence = Consequence(
        lambda: _delete(request),
        "Your account is deleted.",
        "account_login",
    )
    return confirm_by_name(
        request,
        "robots/departures/account_delete.html",
        request.user.email,
        lambda: _ending(request),
        consequence,
    )


def _delete(request: Request) -> None:
    delete_account(actor=request.user, user=request.user)
    logout(request)


def _ending(request: Request) -> dict[str, Any]:
    memberships = _memberships(request).order_by("slug")
    only_owner = memberships.filter(role=Membership.Role.OWNER, has_others=False)
    tokens = Token.objects.living().filter(user=request.user.pk)
    return {
        "section": "account",
        "only_owner_of": only_owner[:ORGANIZATIONS_SHOWN],
        "only_owner_count": only_owner.count(),
        "memberships": memberships[:ORGANIZATIONS_SHOWN],
        "membership_count": memberships.count(),
        "tokens": tokens.order_by("name")[:SHOWN],
        "token_count": tokens.count(),
        "recent_count": tokens.filter(last_used_at__gt=timezone.now() - RECENTLY).count(),
    }
