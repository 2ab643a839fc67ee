"""One-time links: following one, and taking one back.

The link's key is taken off the address at once and kept in a cookie of that page alone: it stands in
no address bar, history or referrer, and not in the sessions' table either.
"""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from console.http import Request
from console.models import Organization
from console.pages.frame import in_organization
from console.pages.htmx import done
from console.permissions.decision import require
from console.permissions.vocabulary import Permission
from robots.models import Handover
from robots.queries.finding import find_robot, find_token
from robots.tokens.services.handovers import (
    AlreadyOpened,
    LinkEnded,
    find_link,
    open_link,
    report_second_opening,
    withdraw_link,
)
from robots.tokens.views.reveal import attachment, reveal_page

COOKIE = settings.HANDOVER_COOKIE_NAME


def _ended(request: HttpRequest) -> HttpResponse:
    """One answer to opened, ended, withdrawn and forged links alike."""
    return render(request, "robots/tokens/handover_ended.html", status=404)


@login_not_required
@never_cache
@require_GET
def handover(request: Request, handover: UUID, key: str) -> HttpResponse:
    """The link as it was sent."""
    answer = _keep_key(request, handover, key)
    # Only here: a form on a page without a referrer would be sent without its origin.
    answer["Referrer-Policy"] = "no-referrer"
    return answer


def _keep_key(request: Request, handover: UUID, key: str) -> HttpResponse:
    try:
        found = find_link(handover, key)
    except LinkEnded:
        return _ended(request)
    page = reverse("robots:handover-open", args=[handover])
    response = redirect(page)
    left = int((found.ends_at - timezone.now()).total_seconds())
    response.set_cookie(
        COOKIE,
        key,
        max_age=max(left, 60),
        path=page,
        secure=settings.SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def handover_open(request: Request, handover: UUID) -> HttpResponse:
    """What the link is for, and a button; only its POST makes the secret."""
    key = request.COOKIES.get(COOKIE, "")
    try:
        found = find_link(handover, key)
        if found.opened_at is not None:
            return _opened_before(request, found)
        if request.method == "POST":
            return _reveal(request, handover, key)
    except AlreadyOpened:
        return _opened_before(request, find_link(handover, key))
    except LinkEnded:
        return _ended(request)
    return render(request, "robots/tokens/handover.html", {"handover": found})


def _reveal(request: Request, handover: UUID, key: str) -> HttpResponse:
    minted = open_link(uuid=handover, key=key)
    page = reverse("robots:handover-open", args=[handover])
    download = reverse("robots:handover-download", args=[handover])
    context = {"after_url": page, "download_url": download}
    response = reveal_page(request, "robots/tokens/handover_reveal.html", minted, context)
    response.delete_cookie(COOKIE, path=page, samesite="Lax")
    return response


def _opened_before(request: Request, handover: Handover) -> HttpResponse:
    report_second_opening(handover=handover)
    context = {"handover": handover}
    return render(request, "robots/tokens/handover_opened.html", context, status=409)


@login_not_required
@never_cache
@sensitive_post_parameters("secret")
@require_POST
def handover_download(request: Request, handover: UUID) -> HttpResponse:
    """A file for whoever sends the secret back that the link gave them."""
    links = Handover.objects.exclude(secret=None).select_related(
        "token__robot__organization", "token__robot__project__organization"
    )
    return attachment(request, get_object_or_404(links, uuid=handover).token)


@require_POST
@in_organization("robots")
def handover_withdraw(
    request: Request, organization: Organization, robot: UUID, token: UUID, handover: UUID
) -> HttpResponse:
    """Take back a link that nobody has opened."""
    found = find_token(request, find_robot(request, organization, robot), token)
    require(request.viewer, Permission.TOKEN_ROTATE, found)
    link = get_object_or_404(found.handovers.select_related("maker"), uuid=handover)
    withdraw_link(actor=request.user, handover=link)
    messages.success(request, "The link is withdrawn. It no longer gives a secret to anybody.")
    return done(request, found)
