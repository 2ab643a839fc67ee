"""My account → Sign-in and security: the password, and what there is besides."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from console.http import Request
from console.reauthentication import fresh_sign_in
from teams.sign_in.queries import factors_of
from teams.sign_in.services.factors import renew_recovery_codes

SECTION = {"section": "security"}


@require_GET
def security(request: Request) -> HttpResponse:
    host = request.get_host()
    context = SECTION | {
        "factors": factors_of(request.user),
        # A browser makes passkeys for names, not for addresses.
        "named_address": _by_name(request) if settings.LOCAL and host[0].isdigit() else "",
    }
    return render(request, "teams/sign_in/security.html", context)


def _by_name(request: Request) -> str:
    return f"http://localhost:{request.get_port()}{reverse('teams:security')}"


def added(request: Request, what: str, codes: list[str]) -> HttpResponse:
    """What comes once a factor was added: recovery codes, if these are the first."""
    if codes:
        return show_codes(request, codes, what)
    messages.success(request, f"{what} added.")
    return redirect("teams:security")


def show_codes(request: Request, codes: list[str], what: str = "") -> HttpResponse:
    """The only answer that has them."""
    context: dict[str, Any] = SECTION | {"codes": codes, "added": what, "back": "teams:security"}
    return render(request, "teams/sign_in/codes_shown.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@fresh_sign_in
def recovery_codes(request: Request) -> HttpResponse:
    """How many are left, and others instead."""
    if request.method == "POST":
        keep = request.session.session_key
        return show_codes(request, renew_recovery_codes(actor=request.user, keep=keep))
    factors = factors_of(request.user)
    if factors.codes_left is None:
        return redirect("teams:security")
    context = SECTION | {"factors": factors}
    return render(request, "teams/sign_in/recovery_codes.html", context)
