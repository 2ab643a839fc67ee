"""Writing down what a registry says: repositories that are there, their tags, and who pushed and pulled.

The registry waits for the answer, so it is all written at once: what is done to one repository in one
transaction, whose first statement locks the repository's row. So two that say the same at once count it once,
and nobody waits crosswise.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from console.errors import Conflict
from console.models import Project, Repository, RetiredPath, Service
from console.organizations.paths import path_parts
from console.organizations.services import register_repository
from robots.artifacts.actors import find_actor
from robots.artifacts.counting import count_use
from robots.artifacts.envelope import RegistryEvent
from robots.artifacts.locking import lock
from robots.artifacts.tagging import apply_to_tags
from robots.models import CountedEvent
from robots.models.artifacts import Action

COUNTED, REPEATED, IGNORED = "counted", "repeated", "ignored"


@dataclass(frozen=True, slots=True)
class Teller:
    """The registry that says so: in the audit log nobody else stands for what it alone has seen."""

    actor_label: str
    actor_uuid: UUID
    actor_kind: str = "verifier"


def note_events(service: Service, events: Iterable[RegistryEvent]) -> Counter[str]:
    """Write down what a registry says; how many events counted, came again, or are about nothing here."""
    outcomes: Counter[str] = Counter()
    by_path: defaultdict[str, list[RegistryEvent]] = defaultdict(list)
    for event in events:
        by_path[event.path].append(event)
    for path, told in sorted(by_path.items()):
        outcomes += _note(service, path, told)
    return outcomes


def _note(service: Service, path: str, events: list[RegistryEvent]) -> Counter[str]:
    repository = _repository_at(service, path, events)
    if repository is None:
        return Counter({IGNORED: len(events)})
    with transaction.atomic():
        if not lock(Repository.objects.filter(pk=repository.pk)):
            return Counter({IGNORED: len(events)})
        fresh = _fresh(service, events)
        for event in fresh:
            _write(service, repository, event)
    return Counter({COUNTED: len(fresh), REPEATED: len(events) - len(fresh)})


def _repository_at(service: Service, path: str, events: list[RegistryEvent]) -> Repository | None:
    """The repository that is meant, registered now if it is used and nobody deleted it; `None` for a path
    that is nothing here, or another organization's.
    """
    parts = path_parts(path)
    project = _project(service, **parts) if parts else None
    if project is None or parts is None:
        return None
    repository = project.repositories.filter(name=parts["repository"]).first()
    if repository is None:
        used = [event for event in events if event.action != Action.DELETE]
        repository = _registered(service, project, parts["repository"], used[:1])
    if repository is not None:
        repository.project = project
    return repository


def _project(service: Service, organization: str, project: str, repository: str) -> Project | None:
    found = Project.objects.select_related("organization")
    if service.organization_id is not None:
        found = found.filter(organization=service.organization_id)
    return found.filter(organization__slug=organization, slug=project).first()


def _registered(
    service: Service, project: Project, name: str, used: list[RegistryEvent]
) -> Repository | None:
    """A repository that is not registered. Deleting something that is not here registers nothing."""
    retired = RetiredPath.objects.filter(path=f"{project}/{name}")
    if not used or retired.update(seen_at=timezone.now()):
        return None
    (event,) = used
    who = find_actor(project.organization, event.actor, event.at)
    seen = f"{event.action} by {who.label or who.kind}"
    actor = Teller(f"service {service.identifier}", service.uuid)
    try:
        return register_repository(actor=actor, project=project, name=name, seen=seen)
    except (ValidationError, Conflict):  # its name is none, or something ended meanwhile
        return None


def _fresh(service: Service, events: list[RegistryEvent]) -> list[RegistryEvent]:
    """Those that were not counted before, from now on they are. Under the repository's lock."""
    keys = {_key(service, event): event for event in reversed(events)}
    known = set(CountedEvent.objects.filter(key__in=keys).values_list("key", flat=True))
    fresh = {key: event for key, event in keys.items() if key not in known}
    now = timezone.now()
    CountedEvent.objects.bulk_create(CountedEvent(key=key, counted_at=now) for key in fresh)
    return list(fresh.values())[::-1]


def _key(service: Service, event: RegistryEvent) -> UUID:
    """What no other registry's event has, whatever that one calls it."""
    return uuid5(service.uuid, event.id)


def _write(service: Service, repository: Repository, event: RegistryEvent) -> None:
    who = find_actor(repository.project.organization, event.actor, event.at)
    apply_to_tags(service, repository, event, who)
    count_use(service, repository, event, who)
