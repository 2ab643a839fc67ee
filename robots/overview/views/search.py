"""The search over everything: a page of its own, and what Ctrl-K opens above another."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from console.http import Request
from console.models import Organization
from console.pages.frame import crumbs, in_organization
from console.pages.htmx import page_or_part
from console.pages.listing import query_of
from console.pages.reading import read_search
from console.pages.search import SearchForm, search_text
from console.pasted import is_secret
from robots.overview.finding import Group, organizations_found, things_found
from robots.overview.views.pages import own_pages_found, pages_found
from robots.tokens.recognizing import way_from

Find = Callable[[Request, str], list[Group]]


@never_cache
@sensitive_post_parameters("q")
@require_http_methods(["GET", "POST"])
@in_organization("search")
def search(request: Request, organization: Organization) -> HttpResponse:
    """Over everything in the organization."""
    where = {"base": "console.html", "breadcrumb": crumbs(organization, "Search")}
    return _search(request, _in_organization, where)


@never_cache
@sensitive_post_parameters("q")
@require_http_methods(["GET", "POST"])
def search_everywhere(request: Request) -> HttpResponse:
    """Over what is one's own: organizations, tokens, pages."""
    home = ("Personal account", reverse("teams:personal-account"))
    where = {"base": "personal.html", "section": "search", "breadcrumb": [home, ("Search", "")]}
    return _search(request, _own, where)


def _in_organization(request: Request, text: str) -> list[Group]:
    return [*pages_found(request, text), *(things_found(request, text) if text else [])]


def _own(request: Request, text: str) -> list[Group]:
    return [*organizations_found(request, text), *own_pages_found(request, text)]


@sensitive_variables("asked")
def _search(request: Request, find: Find, where: dict[str, Any]) -> HttpResponse:
    """What is typed comes in a body, because it may be a token; only what is none gets an address."""
    asked = request.POST.get("q", "")
    if is_secret(asked):
        return _shown(request, "", [], where | {"way": way_from(request, [asked])}, pasted=True)
    if request.method == "POST":
        return _posted(request, find, where)
    reading = read_search(request)
    groups = [] if reading.unreadable else find(request, reading.text)
    return _shown(request, "" if reading.unreadable else reading.text, groups, where)


def _posted(request: Request, find: Find, where: dict[str, Any]) -> HttpResponse:
    """Without scripts, lead to the address of what was typed."""
    if "q" not in request.POST or not SearchForm(request.POST).is_valid():
        raise BadRequest("Type a name or a part of it, in one line. Nothing was searched.")
    text = search_text(request.POST)
    if request.htmx:
        return _shown(request, text, find(request, text), where)
    return redirect(request.path + query_of({"q": text} if text else {}))


def _shown(
    request: Request, text: str, groups: list[Group], where: dict[str, Any], *, pasted: bool = False
) -> HttpResponse:
    part = "palette" if request.htmx and request.htmx.target == "palette" else "found"
    context = {
        "way": None,
        "q": text,
        "groups": groups,
        "count": sum(len(group.hits) for group in groups),
        "is_typed": request.method == "POST" and bool(request.htmx),
        "is_pasted": pasted,
    }
    return page_or_part(request, "robots/overview/search.html", part, context | where)
