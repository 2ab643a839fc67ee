"""How a robot was used, and what happened to it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Min
from django.utils import timezone

from console.audit.sentences import with_sentences
from console.http import Request
from console.pages.reading import read
from console.paging import Reading, page_of
from console.permissions.decision import allows
from console.permissions.vocabulary import Permission
from robots.artifacts.lines import use_lines
from robots.artifacts.queries import LAST_USED, uses_of_robot
from robots.models import Robot, Secret, TokenAddress
from robots.queries.histories import events_of_robot
from robots.usage.charts import PeriodForm, chart_of, days_of
from robots.usage.days import robot_use

SHOWN_EVENTS, SHOWN_ADDRESSES, SHOWN_USES = 20, 50, 20


NEW_FOR, ONE_DAY = timedelta(days=7), timedelta(days=1)


def robot_chart(request: Request, robot: Robot) -> dict[str, object]:
    """A robot's use, what it pushed and pulled, and what happened to it and its tokens."""
    reading = read(request, PeriodForm(request.GET))
    chart = chart_of(robot_use(robot, days_of(request.GET)), reading)
    context: dict[str, object] = {"chart": chart, "addresses": []}
    context |= _artifacts(request, robot, reading)
    if allows(request.viewer, Permission.TOKEN_READ, robot):
        sees_trusts = allows(request.viewer, Permission.TRUST_READ, robot)
        context["addresses"] = _addresses(robot, sees_trusts=sees_trusts)
    if allows(request.viewer, Permission.EVENT_READ, robot):
        events = events_of_robot(robot).order_by("-number")[:SHOWN_EVENTS]
        context["events"] = with_sentences(list(events))
    return context


def _artifacts(request: Request, robot: Robot, reading: Reading) -> dict[str, object]:
    """What it pushed and pulled in repositories that the viewer may see."""
    uses = uses_of_robot(request.viewer, robot)
    page = page_of(uses, LAST_USED, reading, ("entry", "entries"), SHOWN_USES)
    return {
        "page": page,
        "lines": use_lines(request.viewer, robot.organization, page.rows),
        "caption": f"What {robot.name} pushed and pulled",
        "of_robot": True,
        "is_filtered": page.is_unread,
    }


@dataclass(frozen=True, slots=True)
class Place:
    """An address from which a token or trust was used; a token's is new in its first week, but not on the
    first day of all. The jobs that a trust lets in run wherever there is room.
    """

    seen: TokenAddress
    is_new: bool


def _addresses(robot: Robot, *, sees_trusts: bool) -> list[Place]:
    """From where the robot's tokens were used last, and its trusts."""
    rows = TokenAddress.objects.filter(token__robot=robot, token__revoked_at=None)
    seen = rows if sees_trusts else rows.filter(token__by_trust=False)
    shown = list(seen.select_related("token").order_by("-last_seen_at", "id")[:SHOWN_ADDRESSES])
    for row in shown:
        row.token.robot = robot
    first_uses = Secret.objects.filter(token__in={row.token_id for row in shown}).order_by()
    begun = dict(first_uses.values_list("token").annotate(at=Min("first_used_at")))
    newest = timezone.now() - NEW_FOR

    def settled(row: TokenAddress) -> datetime:
        return max(newest, (begun.get(row.token_id) or newest) + ONE_DAY)

    return [
        Place(row, not row.token.by_trust and row.first_seen_at > settled(row)) for row in shown
    ]
