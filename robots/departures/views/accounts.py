"""One's own organizations, and the end of one's account."""

from typing import Any

from django.contrib.auth import logout
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from console.http import Request
from console.pages.confirmation import Consequence, confirm_by_name
from robots.base.periods import RECENTLY
from robots.departures.services import delete_account
from robots.models import Token
from teams.models import Membership

SHOWN = 50


@require_GET
def my_organizations(request: Request) -> HttpResponse:
    """What one belongs to, and the way out of each."""
    context = {"section": "own-organizations", "memberships": _memberships(request)}
    return render(request, "robots/departures/my_organizations.html", context)


def _memberships(request: Request) -> list[Membership]:
    """Each with whether the organization would have no owner without it."""
    owners = Membership.objects.filter(
        organization=OuterRef("organization"), role=Membership.Role.OWNER, user__is_active=True
    )
    own = Membership.objects.filter(user=request.user.pk).select_related("organization")
    found = own.annotate(has_others=Exists(owners.exclude(pk=OuterRef("pk"))))
    return list(found.order_by("organization__name", "id"))


def _is_only_owner(membership: Any) -> bool:  # noqa: ANN401 - of `_memberships`
    return membership.role == Membership.Role.OWNER and not membership.has_others


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
    memberships = _memberships(request)
    tokens = Token.objects.living().filter(user=request.user.pk)
    return {
        "section": "account",
        "only_owner_of": [each.organization for each in memberships if _is_only_owner(each)],
        "memberships": memberships,
        "tokens": tokens.order_by("name")[:SHOWN],
        "token_count": tokens.count(),
        "recent_count": tokens.filter(last_used_at__gt=timezone.now() - RECENTLY).count(),
    }
