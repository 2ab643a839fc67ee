"""The list of robots as CSV: what is filtered, as it is sorted, all of it."""

from collections.abc import Callable, Iterator

from django.conf import settings
from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from console.http import Request
from console.models import Organization
from console.pages.frame import in_organization
from console.pages.reading import require_readable
from console.paging import Order, chunks
from console.spreadsheets import csv_download
from robots.accounts.views.listing import read_robot_filters
from robots.base.robot_texts import TEXT_NAMES
from robots.models import Robot
from robots.queries.filtering import filtered, order_of
from robots.queries.listing import RobotRow, annotated, robot_rows

Cell = Callable[[RobotRow], object]


def _text(name: str) -> Cell:
    return lambda row: row.robot.texts[name]


COLUMNS: dict[str, Cell] = {
    "name": lambda row: row.robot.name,
    "login": lambda row: row.robot.login_name,
    "description": lambda row: row.robot.description,
    "state": lambda row: row.robot.state,
    "level": lambda row: "project" if row.robot.project_id else "organization",
    "project": lambda row: row.robot.project_slug,
    "teams": lambda row: " ".join(row.teams),
    "labels": lambda row: " ".join(row.labels),
    "responsible": lambda row: row.robot.responsible.user.email if row.robot.responsible else "",
    "permissions": lambda row: " ".join(sorted(row.permissions)),
    "tokens": lambda row: row.robot.token_count,
    "expires": lambda row: row.robot.expires_at,
    "next_expiry": lambda row: row.next_end,
    "last_used": lambda row: row.robot.used_at,
    "created": lambda row: row.robot.created_at,
    "created_by": lambda row: row.robot.created_by,
    "identifier": lambda row: row.robot.uuid,
}
# What was written later stands behind, so that who counts columns finds the others where they were.
LATER: dict[str, Cell] = {
    **{name: _text(name) for name in TEXT_NAMES if name not in COLUMNS},
    "addresses": lambda row: row.robot.addresses,
    "network_mode": lambda row: row.robot.network_mode,
}


@require_GET
@in_organization("robots")
def robot_export(request: Request, organization: Organization) -> StreamingHttpResponse:
    reading = read_robot_filters(request)
    require_readable(reading)
    wanted = reading.wanted
    seen = Robot.objects.visible_to(request.viewer, organization)
    found = annotated(filtered(request, seen, wanted)).select_related("responsible__user")
    name = f"{organization.slug}-robots-{timezone.now():%Y-%m-%d}.csv"
    return csv_download(name, (*COLUMNS, *LATER), _rows(request, found, order_of(wanted)))


def _rows(request: Request, found: QuerySet[Robot], order: Order) -> Iterator[tuple[object, ...]]:
    for chunk in chunks(found, order, settings.EXPORT_CHUNK):
        for row in robot_rows(request, chunk):
            yield tuple(cell(row) for cell in (*COLUMNS.values(), *LATER.values()))
