"""All tokens of an organization's robots: the page with its filters and views, and the same as CSV."""

from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.http import HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from console.http import Request
from console.models import Organization
from console.pages.frame import crumbs, in_organization
from console.pages.htmx import page_or_part
from console.pages.listing import chips, sorts, value_links
from console.pages.reading import read, require_readable
from console.paging import Order, Reading, address, chunks, page_of
from console.permissions.vocabulary import Permission
from console.spreadsheets import csv_download
from robots.accounts.views.columns import all_token_columns
from robots.accounts.views.menus import ticked_actions
from robots.models.tokens import TokenQuerySet
from robots.queries.all_tokens import filtered_tokens, token_order
from robots.queries.finding import visible_tokens
from robots.queries.token_filters import TOKEN_STATES
from robots.queries.token_listing import TokenRow, token_rows, with_rows
from robots.tokens.forms.filters import TokenFilterForm
from robots.tokens.views.choices import token_choices, wants_token_choices
from robots.tokens.views.filter_words import filter_words
from robots.tokens.views.saved import offered_views

SORTED = ("name", "expires", "used", "created")
# What can be done with ticked tokens, and what takes it.
SELECTION = (
    ("Rotate by Link", "robots:tokens-hand-over", "link", Permission.TOKEN_ROTATE),
    ("Extend", "robots:tokens-extend", "calendar-plus", Permission.TOKEN_UPDATE),
    ("Disable", "robots:tokens-disable", "pause", Permission.TOKEN_UPDATE),
    ("Enable", "robots:tokens-enable", "play", Permission.TOKEN_UPDATE),
    ("Delete", "robots:tokens-delete", "trash-2", Permission.TOKEN_DELETE),
)
CHANGING = {needed for *_, needed in SELECTION}


@require_GET
@in_organization("tokens")
def token_list(request: Request, organization: Organization) -> HttpResponse:
    if wants_token_choices(request):
        return token_choices(request)
    reading = read_token_filters(request)
    wanted = reading.wanted
    tokens = visible_tokens(request.viewer, organization)
    found = with_rows(filtered_tokens(request, tokens, wanted))
    page = page_of(found, token_order(wanted), reading, ("token", "tokens"))
    selection = ticked_actions(request, SELECTION, CHANGING)
    context = _filters(request, reading) | {
        "page": page,
        "columns": all_token_columns(
            sorts(request.GET, SORTED, wanted.get("sort", "name")), ticks=bool(selection)
        ),
        "selection": selection,
        "rows": token_rows(request, page.rows),
        "csv_url": reverse("robots:token-export", args=[organization.slug])
        + address(request.GET, cursor=""),
        "breadcrumb": crumbs(organization, "Tokens"),
    }
    return page_or_part(request, "robots/tokens/token_list.html", "token-table", context)


def read_token_filters(request: Request) -> Reading:
    """What the address asks of the list of all tokens."""
    return read(request, TokenFilterForm(request.GET, request))


def _filters(request: Request, reading: Reading) -> dict[str, object]:
    """What is filtered, of all tokens or of some, the addresses that filter otherwise, and the views."""
    wanted = reading.wanted
    query, views = address(request.GET, cursor=""), offered_views(request, wanted)
    is_known = any(view.is_current for view in views)
    return {
        "filters": TokenFilterForm(request.GET, request),
        "wanted": wanted,
        "sees_all": request.viewer.projects_with(Permission.TOKEN_READ) is None,
        "state_links": value_links(request.GET, "state", TOKEN_STATES),
        "chips": chips(request.GET, wanted, filter_words),
        "is_filtered": bool(wanted.keys() - {"sort"} or reading.unreadable),
        "search_url": request.path + address(request.GET, q="", cursor="").rstrip("?"),
        "query": query.rstrip("?"),
        "views": views,
        "can_save": not (is_known or reading.unreadable),
    }


Cell = Callable[[TokenRow], object]
CSV_COLUMNS: dict[str, Cell] = {
    "name": lambda row: row.token.name,
    "access_id": lambda row: row.token.uuid,
    "robot": lambda row: row.token.of_robot.path,
    "login": lambda row: row.token.of_robot.login_name,
    "role": lambda row: row.token.of_robot.role_name,
    "project": lambda row: row.token.of_robot.project_slug,
    "state": lambda row: row.token.state,
    "kind": lambda row: row.kind,
    "expires": lambda row: row.token.ends_at,
    "last_used": lambda row: row.token.used_at,
    "last_used_address": lambda row: row.token.last_used_address,
    "last_used_verifier": lambda row: row.token.last_used_verifier,
    "created": lambda row: row.token.created_at,
    "created_by": lambda row: row.token.created_by,
    "seen_by": lambda row: "; ".join(row.seen_by),
}


@require_GET
@in_organization("tokens")
def token_export(request: Request, organization: Organization) -> StreamingHttpResponse:
    """What is filtered, as it is sorted, all of it."""
    reading = read_token_filters(request)
    require_readable(reading)
    tokens = visible_tokens(request.viewer, organization)
    found = with_rows(filtered_tokens(request, tokens, reading.wanted))
    name = f"{organization.slug}-tokens-{timezone.now():%Y-%m-%d}.csv"
    return csv_download(name, CSV_COLUMNS, _lines(request, found, token_order(reading.wanted)))


def _lines(request: Request, found: TokenQuerySet, order: Order) -> Iterator[tuple[Any, ...]]:
    for chunk in chunks(found, order, settings.EXPORT_CHUNK):
        for row in token_rows(request, chunk):
            yield tuple(cell(row) for cell in CSV_COLUMNS.values())
