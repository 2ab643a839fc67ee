"""What an actor held at one moment, for the pages and answers that only read."""

from dataclasses import dataclass
from uuid import UUID

from console.permissions.decision import CameWith, Held, Limits, Target, Viewer
from console.permissions.projects import projects_with
from console.permissions.vocabulary import Permission


@dataclass(frozen=True, slots=True)
class AccessSnapshot:
    """What an actor held in one organization at one moment: for reading, gathered once a request.

    Changes never trust it: a service asks the actor itself, under the organization's lock.
    """

    actor: Viewer
    organization_id: int
    held: tuple[Held, ...]

    @classmethod
    def of(cls, actor: Viewer, target: Target) -> "AccessSnapshot":
        return cls(actor, target.organization_id, tuple(actor.grants_on(target)))

    @property
    def actor_kind(self) -> str:
        return self.actor.actor_kind

    @property
    def actor_uuid(self) -> UUID:
        return self.actor.actor_uuid

    @property
    def actor_label(self) -> str:
        return self.actor.actor_label

    @property
    def limits(self) -> Limits:
        return self.actor.limits

    @property
    def came_with(self) -> CameWith | None:
        return self.actor.came_with

    @property
    def is_operator(self) -> bool:
        return self.actor.is_operator

    def prove_presence(self) -> None:
        self.actor.prove_presence()

    def note_use(self, permission: Permission, target: Target) -> None:
        self.actor.note_use(permission, target)

    def factors(self) -> frozenset[str] | None:
        return self.actor.factors()

    def grants_on(self, target: Target) -> list[Held]:
        return list(self.held) if target.organization_id == self.organization_id else []

    def organization_ids(self) -> set[int]:
        return {self.organization_id}

    def projects_with(self, permission: Permission) -> set[int] | None:
        """`projects_with`, from what was gathered."""
        return projects_with(self, permission, Target(self.organization_id))
