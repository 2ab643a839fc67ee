"""Home, help and the theme."""

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from console.http import Request
from console.models import Organization
from console.pages.context import THEMES
from console.permissions.roles import BUILTIN_ROLES
from console.permissions.vocabulary import DATA_PERMISSIONS, OFFERED, Permission

ONE_YEAR = 365 * 24 * 3600


@require_GET
def home(request: Request) -> HttpResponse:
    """Lead to the only organization there is, else to the personal account."""
    organizations = Organization.objects.visible_to(request.user)[:2]
    if len(organizations) == 1:
        return redirect("robots:overview", organizations[0].slug)
    return redirect("teams:personal-account")


@require_GET
def help_page(request: Request) -> HttpResponse:
    """When a robot, which token, and what every permission means; from the data."""
    return render(
        request,
        "console/pages/help.html",
        {
            "section": "help",
            "data_permissions": [name for name in Permission if name in DATA_PERMISSIONS],
            "control_permissions": [
                name for name in Permission if name in OFFERED - DATA_PERMISSIONS
            ],
            "roles": list(BUILTIN_ROLES.values()),
        },
    )


@require_POST
def theme(request: Request) -> HttpResponse:
    """Keep the theme in a cookie and go back."""
    chosen, back = request.POST.get("theme", ""), request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back)
    if chosen in THEMES:
        response.set_cookie(
            settings.THEME_COOKIE_NAME,
            chosen,
            max_age=ONE_YEAR,
            secure=settings.SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response
