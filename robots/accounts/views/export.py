"""The list of robots as CSV: what is filtered, as it is sorted, all of it."""

from collections.abc import Iterator

from django.conf import settings
from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from console.http import Request
from console.models import Organization
from console.pages.frame import in_organization
from console.paging import Order
from console.spreadsheets import csv_download
from robots.accounts.forms.filters import RobotFilterForm
from robots.models import Robot
from robots.queries.filtering import filtered, order_of
from robots.queries.listing import RobotRow, annotated, robot_rows

HEADINGS = (
    "name",
    "login",
    "description",
    "state",
    "level",
    "project",
    "teams",
    "labels",
    "responsible",
    "permissions",
    "tokens",
    "expires",
    "next_expiry",
    "last_used",
    "created",
    "created_by",
    "identifier",
)


@require_GET
@in_organization("robots")
def robot_export(request: Request, organization: Organization) -> StreamingHttpResponse:
    wanted = RobotFilterForm(request.GET).wanted()
    seen = Robot.objects.visible_to(request.viewer, organization)
    found = annotated(filtered(request, seen, wanted)).select_related("responsible__user")
    name = f"{organization.slug}-robots-{timezone.now():%Y-%m-%d}.csv"
    return csv_download(name, HEADINGS, _rows(request, found, order_of(wanted)))


def _rows(request: Request, found: QuerySet[Robot], order: Order) -> Iterator[tuple[object, ...]]:
    for chunk in _chunks(found.order_by(*order.by), order):
        for row in robot_rows(request, chunk):
            yield _columns(row)


def _chunks(ordered: QuerySet[Robot], order: Order) -> Iterator[list[Robot]]:
    """By key, as pages go, so that no question stays open and none reads what went before."""
    size = settings.EXPORT_CHUNK
    chunk = list(ordered[:size])
    while chunk:
        yield chunk
        last = chunk[-1]
        beyond = order.beyond(getattr(last, order.column), last.pk)
        chunk = list(ordered.filter(beyond)[:size]) if len(chunk) == size else []


def _columns(row: RobotRow) -> tuple[object, ...]:
    robot = row.robot
    return (
        robot.name,
        robot.login_name,
        robot.description,
        robot.state,
        "project" if robot.project_id else "organization",
        robot.project_name if robot.project_id else row.reach,
        " ".join(row.teams),
        " ".join(row.labels),
        robot.responsible.user.email if robot.responsible else "",
        " ".join(sorted(row.permissions)),
        robot.token_count,
        robot.expires_at,
        row.next_end,
        robot.used_at,
        robot.created_at,
        robot.created_by,
        robot.uuid,
    )
