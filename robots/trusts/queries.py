"""Finding trusts, through the eyes of whoever looks, and what became of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.shortcuts import get_object_or_404

from console.audit.recording import chain_of
from console.audit.sentences import words
from console.http import Visit
from console.models import Event, Organization
from console.permissions.decision import allows
from console.permissions.snapshots import AccessSnapshot
from console.permissions.vocabulary import Permission
from robots.models import Robot, Trust
from robots.models.trusts import TrustQuerySet

USED = "trust:used"
SHOWN_EVENTS = 20


def seen_trusts(request: Visit, robot: Robot) -> TrustQuerySet:
    """The robot's trusts, if the actor may see them."""
    if not allows(request.viewer, Permission.TRUST_READ, robot):
        return Trust.objects.none()
    return Trust.objects.living().with_robot().filter(token__robot=robot)


def trusts_visible_to(viewer: AccessSnapshot, organization: Organization) -> TrustQuerySet:
    """Those of all robots of the organization whose trusts the viewer may see."""
    robots = Robot.objects.visible_to(viewer, organization)
    projects = viewer.projects_with(Permission.TRUST_READ)
    if projects is not None:
        robots = robots.filter(project__in=projects)
    return Trust.objects.living().with_robot().filter(token__robot__in=robots)


def find_trust(request: Visit, robot: Robot, trust: UUID) -> Trust:
    """The robot's trust of that UUID, if the actor may see it; else a 404."""
    return get_object_or_404(seen_trusts(request, robot), token__uuid=trust)


def with_last_use(request: Visit, robot: Robot, trusts: TrustQuerySet) -> TrustQuerySet:
    """Each with what the audit log has of its last use, `last_use`, for whoever may read that."""
    if not allows(request.viewer, Permission.EVENT_READ, robot):
        return trusts
    uses = Event.objects.filter(
        chain=chain_of(robot.organization), target_uuid=OuterRef("token__uuid"), action=USED
    )
    return trusts.annotate(last_use=Subquery(uses.order_by("-number").values("after")[:1]))


@dataclass(frozen=True, slots=True)
class TrustEvent:
    """An event about a trust as a sentence, and whose token it was or why it was refused."""

    event: Event
    before: str
    after: str
    detail: str


def events_about(trust: Trust) -> list[TrustEvent]:
    """The last ones, the newest first: changes, logins and refusals."""
    chain = chain_of(trust.robot.organization)
    found = Event.objects.filter(chain=chain, target_uuid=trust.uuid).order_by("-number")
    return list(_told(found[:SHOWN_EVENTS]))


def _told(events: Iterable[Event]) -> Iterable[TrustEvent]:
    for event in events:
        detail = event.after.get("subject") or event.after.get("reason") or ""
        yield TrustEvent(event, *words(event), str(detail))
