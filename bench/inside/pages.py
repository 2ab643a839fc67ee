"""Server time and queries of every page: `python -m bench.inside.pages ANSWER`."""

import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from bench.data import KNOWN
from bench.inside.calls import Request, call, milliseconds
from bench.inside.plan import WIDE, identity
from console.models import Event, Organization
from console.paging import PAGE_SIZE, Order, Reading, page_of
from robots.models import Robot

TIMES = 20
# The ten-thousandth page where there are so many rows, else the one in the middle.
DEEP = 10_000


@dataclass(frozen=True, slots=True)
class Page:
    """One page: milliseconds of server time, queries, the slowest of them, bytes of its HTML."""

    name: str
    milliseconds: float
    longest: float
    queries: int
    slowest_query: float
    slowest_sql: str
    size: int


def _deep(rows: "QuerySet[Any]", order: Order) -> tuple[str, int]:
    """The address of a page far into a list by its cursor, and its number."""
    page = min(DEEP, rows.count() // PAGE_SIZE // 2)
    if page < 1:
        return "", 1
    first = rows.order_by(*order.by)[(page - 1) * PAGE_SIZE]
    side = "lte" if order.descending else "gte"
    from_there = rows.filter(**{f"{order.column}__{side}": getattr(first, order.column)})
    return page_of(from_there, order, Reading(QueryDict()), ("row", "rows")).next_url, page + 1


def _paths(known: dict[str, Any]) -> dict[str, str]:
    addresses = known["addresses"]
    organization = Organization.objects.order_by("pk")[0]
    lists = _robot_lists(addresses["robots"], known["terms"], organization)
    lists |= _event_lists(addresses["audit log"], organization)
    rest = {name: path for name, path in addresses.items() if name not in {"robots", "audit log"}}
    return lists | rest


def _robot_lists(robots: str, terms: dict[str, str], organization: Organization) -> dict[str, str]:
    living = Robot.objects.living().filter(organization=organization)
    deep, number = _deep(living, Order("name"))
    return {
        "robots, first page": robots,
        "robots, newest first": f"{robots}?sort=-created",
        f"robots, page {number:,}": robots + deep,
        f"robots, search “{terms['common']}” (one in ten)": f"{robots}?q={terms['common']}",
        f"robots, search “{terms['common']}” by name": f"{robots}?sort=name&q={terms['common']}",
        f"robots, search “{terms['everything']}” (all)": f"{robots}?q={terms['everything']}",
        f"robots, search “{terms['rare']}” (one)": f"{robots}?q={terms['rare']}",
        f"robots, search “{terms['short']}” (beginning)": f"{robots}?q={terms['short']}",
        "robots, search for a whole name": f"{robots}?q={living.exclude(pk=WIDE)[0].name}",
        "robots, active": f"{robots}?state=active",
        "robots, disabled": f"{robots}?state=disabled",
        "robots, expired, newest first": f"{robots}?state=expired&sort=-created",
        "robots, one with 1,000 grants": f"{robots}?q=wide-reach",
    }


def _event_lists(events: str, organization: Organization) -> dict[str, str]:
    chain = Event.objects.filter(chain=organization.uuid.hex)
    deep, number = _deep(chain, Order("number", descending=True))
    access_id = identity("token", 1 + 2 * Organization.objects.count())
    return {
        "audit log, first page": events,
        f"audit log, page {number:,}": events + deep,
        "audit log, one action": f"{events}?action=token:deleted",
        "audit log, action without events": f"{events}?action=robot:deleted",
        "audit log, search for an access ID": f"{events}?q={access_id}",
        "audit log, search for a name": f"{events}?q=robot-000077",
    }


def measure_page(name: str, path: str, cookies: str) -> Page:
    """One page, asked for again and again."""

    def ask() -> bytes:
        headers = {} if path == settings.LOGIN_URL else {"cookie": cookies}
        answer = call(Request(path, headers=headers))
        if answer.status != 200:
            raise SystemExit(f"{path} answered {answer.status}")
        return answer.body

    typical, longest = milliseconds(ask, TIMES)
    with CaptureQueriesContext(connection) as captured:
        size = len(ask())
    slowest = max(captured.captured_queries, key=lambda query: float(query["time"]), default=None)
    took, sql = (float(slowest["time"]) * 1000, slowest["sql"]) if slowest else (0.0, "")
    return Page(name, typical, longest, len(captured), took, sql, size)


def pages(known: dict[str, Any]) -> list[Page]:
    """Every page of `known`, as its owner sees it; the sign-in page as everybody does."""
    found = []
    for name, path in _paths(known).items():
        cookies = "" if name == "sign-in" else known["cookies"]
        found.append(measure_page(name, path, cookies))
    return found


if __name__ == "__main__":
    answer = Path(sys.argv[1])
    content = json.loads(answer.with_name(KNOWN).read_text())
    answer.write_text(json.dumps([asdict(page) for page in pages(content)]))
