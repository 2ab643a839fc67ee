"""Home and the theme."""

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from console.http import Request
from console.models import Organization
from console.pages.context import THEMES
from console.pages.last_organization import last_organization

ONE_YEAR = 365 * 24 * 3600


@require_GET
def home(request: Request) -> HttpResponse:
    """Lead to the organization that one was in last, or the only one, else to the personal account."""
    organizations = Organization.objects.visible_to(request.user)
    last = organizations.filter(slug=last_organization(request)).first()
    if last is None and len(first := organizations[:2]) == 1:
        (last,) = first
    return redirect(last or "teams:personal-account")


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
