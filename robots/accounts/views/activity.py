"""How a robot was used, and what happened to it."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Min
from django.utils import timezone

from console.audit.recording import chain_of
from console.audit.sentences import with_sentences
from console.http import Request
from console.models import Event
from console.permissions.decision import allows
from console.permissions.vocabulary import Permission
from robots.models import Robot, Secret, TokenAddress
from robots.usage.charts import chart_of
from robots.usage.days import robot_days

SHOWN_EVENTS, SHOWN_ADDRESSES = 20, 50


NEW_FOR, ONE_DAY = timedelta(days=7), timedelta(days=1)


def robot_chart(request: Request, robot: Robot) -> dict[str, object]:
    """A robot's use, and what happened to it and its tokens."""
    context: dict[str, object] = {"chart": chart_of(robot_days(robot)), "addresses": []}
    if allows(request.viewer, Permission.TOKEN_READ, robot):
        context["addresses"] = _addresses(robot)
    if allows(request.viewer, Permission.EVENT_READ, robot):
        things = [robot.uuid, *robot.tokens.values_list("uuid", flat=True)]
        events = Event.objects.filter(chain=chain_of(robot.organization), target_uuid__in=things)
        context["events"] = with_sentences(list(events.order_by("-number")[:SHOWN_EVENTS]))
    return context


@dataclass(frozen=True, slots=True)
class Place:
    """An address from which a token was used; new in its first week, but not on the first day of all."""

    seen: TokenAddress
    is_new: bool


def _addresses(robot: Robot) -> list[Place]:
    """From where the robot's tokens were used last."""
    rows = TokenAddress.objects.filter(token__robot=robot, token__revoked_at=None)
    shown = list(rows.select_related("token").order_by("-last_seen_at", "id")[:SHOWN_ADDRESSES])
    first_uses = Secret.objects.filter(token__in={row.token_id for row in shown}).order_by()
    begun = dict(first_uses.values_list("token").annotate(at=Min("first_used_at")))
    newest = timezone.now() - NEW_FOR
    return [
        Place(row, row.first_seen_at > max(newest, (begun.get(row.token_id) or newest) + ONE_DAY))
        for row in shown
    ]
