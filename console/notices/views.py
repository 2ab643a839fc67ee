"""The pages of notices: those under the bell, and what comes by e-mail."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from console.forms import attempt, posted
from console.http import Request
from console.models import Organization
from console.notices.forms import UNREAD, LastSeenForm, LettersForm, NoticeFilter
from console.notices.queries import chosen_by, kinds_at, readings_of
from console.notices.services import choose_letters, mark_all_read, mark_read
from console.organizations.views.organizations import settings_tabs
from console.pages.actions import Tab
from console.pages.frame import crumbs, in_organization
from console.pages.htmx import done, form_page
from console.pages.reading import read
from console.paging import Order, page_of

LISTED = "console:notice-list"
NEWEST_FIRST = Order("id", descending=True)


@require_GET
def notice_list(request: Request) -> HttpResponse:
    """What was told, the newest first."""
    reading = read(request, NoticeFilter(request.GET))
    found, show = readings_of(request.user), reading.wanted.get("show", "")
    if show == UNREAD:
        found = found.filter(read_at=None)
    page = page_of(found, NEWEST_FIRST, reading, ("notice", "notices"))
    context = {
        "section": "notices",
        "page": page,
        "rows": page.rows,
        "tabs": _tabs(show),
        "is_unread_list": show == UNREAD,
        "last": page.rows[0].pk if _has_unread(page.rows) else None,
    }
    return render(request, "console/notices/notice_list.html", context)


def _tabs(show: str) -> list[Tab]:
    listed = reverse(LISTED)
    return [
        Tab("All", listed, not show),
        Tab("Unread", f"{listed}?show={UNREAD}", show == UNREAD),
    ]


def _has_unread(rows: Any) -> bool:  # noqa: ANN401 - a sequence of readings
    return any(row.read_at is None for row in rows)


@require_POST
def notice_read(request: Request, notice: UUID) -> HttpResponse:
    """Take one from the unread ones; one that is nobody's here is a 404."""
    if not readings_of(request.user).filter(notice__uuid=notice).exists():
        raise Http404
    mark_read(request.user, notice)
    return done(request, LISTED)


@require_POST
def notices_read(request: Request) -> HttpResponse:
    """Take all from them that the page showed or that are older."""
    form = LastSeenForm(request.POST)
    if not form.is_valid():
        raise BadRequest("It does not say up to which notice. Reload the list and try again.")
    number = mark_all_read(request.user, form.cleaned_data["last"])
    messages.success(request, f"Marked {number:,} as read.")
    return done(request, LISTED)


@require_http_methods(["GET", "POST"])
@in_organization("settings")
def notice_settings(request: Request, organization: Organization) -> HttpResponse:
    """What of an organization's notices comes to oneself by e-mail."""
    context = {
        "base": "console/organizations/settings_base.html",
        "tabs": settings_tabs(request.viewer, organization, "notices"),
        "breadcrumb": crumbs(
            organization,
            ("Settings", reverse("console:organization-settings", args=[organization.slug])),
            "Notices",
        ),
    }
    return _letters(request, organization, context)


@require_http_methods(["GET", "POST"])
def own_notice_settings(request: Request) -> HttpResponse:
    """The same of notices about one's own account, and of the installation for operators."""
    return _letters(request, None, {"base": "personal.html", "section": "notices"})


def _letters(
    request: Request, organization: Organization | None, context: dict[str, Any]
) -> HttpResponse:
    offered, chosen = kinds_at(organization), chosen_by(request.user, organization)
    form = LettersForm(posted(request), offered=offered, chosen=chosen)
    if request.method == "POST" and attempt(form, lambda: _choose(request, organization, form)):
        messages.success(request, "Saved what comes by e-mail.")
        return done(request, request.path)
    ticked = form["kinds"].value() or []
    kinds = [(kind, kind.name in ticked) for kind in offered]
    context |= {"form": form, "kinds": kinds}
    template = "console/notices/notice_settings.html"
    return form_page(request, template, context, invalid=form.is_bound)


def _choose(request: Request, organization: Organization | None, form: LettersForm) -> bool:
    kinds = form.cleaned_data["kinds"]
    choose_letters(actor=request.user, organization=organization, kinds=kinds)
    return True
