"""The tags of a repository, as pushes move and deletions end them. Under the repository's lock."""

from typing import Any

from django.db.models import QuerySet

from console.models import Repository, Service
from robots.artifacts.actors import ArtifactActor
from robots.artifacts.envelope import RegistryEvent
from robots.models import Tag
from robots.models.artifacts import Action

# Of one repository in all registries; those that were pushed longest ago go.
MAX_TAGS = 10_000


def apply_to_tags(
    service: Service, repository: Repository, event: RegistryEvent, who: ArtifactActor
) -> None:
    """Take over what an event says of tags. One that comes late changes nothing that is newer."""
    tags = Tag.objects.filter(repository=repository, service=service)
    if event.action == Action.PUSH and event.tag:
        _push(tags, service, repository, event, who)
    elif event.action == Action.DELETE:
        _delete(tags.filter(pushed_at__lte=event.at), event)


def _push(
    tags: QuerySet[Tag],
    service: Service,
    repository: Repository,
    event: RegistryEvent,
    who: ArtifactActor,
) -> None:
    values: dict[str, Any] = {
        "digest": event.digest,
        "media_type": event.media_type,
        "size": event.size,
        "pushed_at": event.at,
        "actor_kind": who.kind,
        "actor_uuid": who.uuid,
        "actor_label": who.label,
    }
    named = tags.filter(name=event.tag)
    if named.filter(pushed_at__lte=event.at).update(**values) or named.exists():
        return
    Tag.objects.create(repository=repository, service=service, name=event.tag, **values)
    _trim(repository)


def _trim(repository: Repository) -> None:
    kept = Tag.objects.filter(repository=repository).order_by("-pushed_at", "-id")
    over = list(kept.values_list("pk", flat=True)[MAX_TAGS : MAX_TAGS + 100])
    if over:
        Tag.objects.filter(pk__in=over).delete()


def _delete(tags: QuerySet[Tag], event: RegistryEvent) -> None:
    """By tag, by digest, or all of the repository's."""
    if event.tag:
        tags = tags.filter(name=event.tag)
    elif event.digest:
        tags = tags.filter(digest=event.digest)
    tags.delete()
