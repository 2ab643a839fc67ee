"""The tags of a repository, and what was pushed and pulled, through the eyes of the viewer."""

from django.db.models import Q, QuerySet

from console.models import Repository
from console.paging import Order
from console.permissions.decision import Viewer
from robots.models import ArtifactUse, Robot, Tag

LAST_PUSHED = Order("pushed_at", descending=True)
LAST_USED = Order("last_at", descending=True)


def tags_of(repository: Repository, text: str = "") -> QuerySet[Tag]:
    """Those whose name or digest contains `text`."""
    found = Tag.objects.filter(repository=repository)
    if text:
        found = found.filter(Q(name__icontains=text) | Q(digest__icontains=text))
    return found.select_related("service__organization")


def uses_of_repository(repository: Repository) -> QuerySet[ArtifactUse]:
    """What was done in a repository."""
    return ArtifactUse.objects.filter(repository=repository).select_related("service__organization")


def uses_of_robot(viewer: Viewer, robot: Robot) -> QuerySet[ArtifactUse]:
    """What a robot did in those repositories that the viewer may see."""
    seen = Repository.objects.visible_to(viewer, robot.organization)
    uses = ArtifactUse.objects.filter(actor_uuid=robot.uuid, repository__in=seen)
    return uses.select_related("service__organization", "repository__project__organization")


def matching(
    uses: QuerySet[ArtifactUse], text: str = "", action: str = ""
) -> QuerySet[ArtifactUse]:
    """Those of this action, whose tag, digest or repository's name contains `text`."""
    if action:
        uses = uses.filter(action=action)
    if text:
        in_name = Q(repository__name__icontains=text)
        uses = uses.filter(Q(reference__icontains=text) | Q(digest__icontains=text) | in_name)
    return uses
