"""Home, help and the theme."""

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from console.http import Request
from console.models import Organization
from console.pages.context import THEMES
from console.pages.frame import in_organization
from console.pages.htmx import page_or_part
from console.pages.last_organization import last_organization
from console.permissions.roles import BUILTIN_ROLES
from console.permissions.vocabulary import DATA_PERMISSIONS, OFFERED, Permission

ONE_YEAR = 365 * 24 * 3600
# What one types first of the `roster` command; tests/cli/test_help_page.py types it.
FIRST_SESSION = """\
roster login --server {origin} -a {organization}
roster robot create ci --project PROJECT --expires-in 90d --token nightly --output nightly.json"""


@require_GET
def home(request: Request) -> HttpResponse:
    """Lead to the organization that one was in last, or the only one, else to the personal account."""
    organizations = Organization.objects.visible_to(request.user)
    last = organizations.filter(slug=last_organization(request)).first()
    if last is None and len(first := organizations[:2]) == 1:
        (last,) = first
    return redirect(last or "teams:personal-account")


@require_GET
def help_page(request: Request) -> HttpResponse:
    """Help where one is in no organization."""
    return _help(request, "personal.html")


@require_GET
@in_organization("help")
def organization_help(request: Request, organization: Organization) -> HttpResponse:
    """Help in the organization's frame, or the part of it that htmx opens beside a page."""
    return _help(request, "console.html", organization.slug)


def _help(request: Request, base: str, slug: str = "ORGANIZATION") -> HttpResponse:
    """When a robot, which token, how to use the command, and what every permission means; from the data."""
    context = {
        "base": base,
        "section": "help",
        "session": FIRST_SESSION.format(origin=settings.ROSTER_ORIGIN, organization=slug),
        "data_permissions": [name for name in Permission if name in DATA_PERMISSIONS],
        "control_permissions": [name for name in Permission if name in OFFERED - DATA_PERMISSIONS],
        "roles": list(BUILTIN_ROLES.values()),
    }
    return page_or_part(request, "console/pages/help.html", "help", context)


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
