"""The organization that somebody was in last, kept by their browser: `/` leads there."""

from http import HTTPStatus

from django.conf import settings
from django.http.response import HttpResponseBase

from console.http import Request

COOKIE = "__Host-roster-organization" if settings.SECURE else "roster-organization"
ONE_YEAR = 365 * 24 * 3600


def last_organization(request: Request) -> str:
    """Its name in addresses, as the browser says: the person need not be in it."""
    return request.COOKIES.get(COOKIE, "")


def remember_organization(request: Request, response: HttpResponseBase) -> None:
    """Keep the organization of a page that was opened, unless it is kept already."""
    slug = request.organization.slug
    is_opened = request.method == "GET" and response.status_code == HTTPStatus.OK
    if is_opened and not request.htmx and last_organization(request) != slug:
        response.set_cookie(
            COOKIE, slug, max_age=ONE_YEAR, secure=settings.SECURE, httponly=True, samesite="Lax"
        )
