"""Saving a repository's permission matrix: all of it or nothing, never over somebody else's change."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from console.audit.recording import changing, record
from console.errors import Conflict
from console.models import Repository
from console.permissions.decision import Actor
from console.permissions.roles import LEVEL_PREFIX, REPOSITORY_LEVELS
from teams.grants.services import GrantSpec, remove_grant, save_grant
from teams.models import AccessGrant
from teams.models.grants import GrantHolder


@dataclass(frozen=True, slots=True)
class LevelChange:
    """A holder's own level on the repository, as it was seen and as it is wanted; "" is none."""

    holder: GrantHolder
    seen: str
    wanted: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What somebody else changed meanwhile."""

    holder: str
    seen: str
    now: str


class MatrixConflict(Conflict):
    """Levels have changed since the page was made; nothing was saved."""

    keeps_form = False

    def __init__(self, differences: list[Difference]) -> None:
        words = "; ".join(
            f"{it.holder} had {it.seen or 'none'} and has {it.now or 'none'} now"
            for it in differences
        )
        super().__init__(
            f"Somebody else changed permissions meanwhile: {words}. Nothing was saved."
        )
        self.differences = differences


def own_levels(repository: Repository, holder: GrantHolder) -> list[AccessGrant]:
    """The grants that give a holder its own level on a repository."""
    there = holder.grants.in_force().filter(repository=repository)
    return list(there.filter(role__startswith=LEVEL_PREFIX))


def highest(grants: Iterable[AccessGrant]) -> str:
    """The level that `grants` come to; "" for none."""
    levels = [grant.role.removeprefix(LEVEL_PREFIX) for grant in grants]
    return max(levels, key=REPOSITORY_LEVELS.index, default="")


def last_end(grants: Iterable[AccessGrant]) -> datetime | None:
    """When the last of them ends; `None` is never, or that there are none."""
    ends = [grant.expires_at for grant in grants]
    return None if None in ends else max(filter(None, ends), default=None)


def change_levels(*, actor: Actor, repository: Repository, changes: Iterable[LevelChange]) -> int:
    """Save the changed levels and say how many. Raises `MatrixConflict` when one is not as seen."""
    changes = [change for change in changes if change.seen != change.wanted]
    with changing(repository.project.organization) as chain:
        if not Repository.objects.filter(pk=repository.pk).exists():
            raise Conflict("The repository has been deleted meanwhile.")
        present = [(change, own_levels(repository, change.holder)) for change in changes]
        _refuse_differences(present)
        for change, grants in present:
            _apply(actor, repository, change, grants)
        if changes:
            record(
                chain,
                actor=actor,
                action="repository:permissions-changed",
                target=repository,
                before={str(change.holder): change.seen or "none" for change in changes},
                after={str(change.holder): change.wanted or "none" for change in changes},
            )
    return len(changes)


def _refuse_differences(present: list[tuple[LevelChange, list[AccessGrant]]]) -> None:
    differences = [
        Difference(change.holder.shown_name, change.seen, highest(grants))
        for change, grants in present
        if highest(grants) != change.seen
    ]
    if differences:
        raise MatrixConflict(differences)


def _apply(
    actor: Actor, repository: Repository, change: LevelChange, grants: list[AccessGrant]
) -> None:
    """A level that ends by itself still does when it has become another one."""
    for grant in grants:
        remove_grant(actor, grant)
    if change.wanted:
        project = repository.project
        spec = GrantSpec(
            project.organization,
            project,
            repository,
            role=LEVEL_PREFIX + change.wanted,
            expires_at=last_end(grants),
        )
        save_grant(actor, change.holder, spec)
