"""The page of a list of robots: its filters and orders as addresses."""

from collections.abc import Iterable

from django.urls import reverse

from console.http import Request
from console.models import Project
from console.pages.listing import chips, sorts, value_links
from console.pages.reading import read
from console.paging import Reading, address, page_of
from robots.accounts.forms.filters import RobotFilterForm
from robots.accounts.views.columns import robot_columns
from robots.accounts.views.menus import selection_actions
from robots.models.robots import RobotQuerySet
from robots.queries.filtering import filtered, order_of
from robots.queries.filters import ENDS, LEVELS, NETWORKS, NOBODY, STATES, USES
from robots.queries.listing import annotated, robot_rows

SORTED = ("name", "expires", "used", "created")


def read_robot_filters(request: Request, *, cursors: Iterable[str] = ()) -> Reading:
    """What the address asks of a list of robots."""
    return read(request, RobotFilterForm(request.GET, request), cursors=cursors)


def robots_page(
    request: Request, robots: RobotQuerySet, reading: Reading, within: Project | None = None
) -> dict[str, object]:
    """The filtered and sorted page of `robots`, and the addresses of its filters."""
    wanted = reading.wanted
    found = annotated(filtered(request, robots, wanted))
    page = page_of(found, order_of(wanted), reading, ("robot account", "robot accounts"))
    selection = selection_actions(request)
    present = wanted.get("sort", "" if "q" in wanted else "name")
    return _filters(request, reading) | {
        "page": page,
        "columns": robot_columns(sorts(request.GET, SORTED, present), ticks=bool(selection)),
        "selection": selection,
        "rows": robot_rows(request, page.rows),
        "csv_url": _csv_url(request, within),
        "of_project": within is not None,
    }


def _filters(request: Request, reading: Reading) -> dict[str, object]:
    """What is filtered, and the addresses that filter or sort otherwise."""
    wanted = reading.wanted
    return {
        "filters": RobotFilterForm(request.GET, request),
        "wanted": wanted,
        "state_links": value_links(request.GET, "state", STATES),
        "chips": chips(request.GET, wanted, _in_words),
        "is_filtered": bool(wanted.keys() - {"sort"} or reading.unreadable),
        "search_url": request.path + address(request.GET, q="", cursor="").rstrip("?"),
    }


def _csv_url(request: Request, within: Project | None) -> str:
    own = {"project": within.slug} if within else {}
    exported = reverse("robots:robot-export", args=[request.organization.slug])
    return exported + address(request.GET, cursor="", reaching="", **own)


def _in_words(name: str, value: str) -> str:
    if name == "responsible" and value == NOBODY:
        return "Nobody responsible"
    words = STATES | LEVELS | USES | ENDS | NETWORKS
    if name in {"state", "level", "unused", "expiring", "networks"}:
        return words[value]
    return f"{name.capitalize()}: {value}"
