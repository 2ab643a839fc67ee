"""Why may it: the grants behind every right, gathered once and put to `decide`.

Nothing here decides by itself: each answer is `decide()`'s own, with all the grants it names.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from console.permissions.decision import NO_LIMITS, Held, Limits, Target, decide
from console.permissions.roles import ABILITIES, PROJECT_PERMISSIONS, REPOSITORY_PERMISSIONS
from console.permissions.vocabulary import Permission, Permissions
from robots.models import Robot
from robots.queries.abilities import Ability, Extent, abilities_on, asked_on, extent_of

# Teams whose names the reader may not know are given by their ids.
NOTHING_HIDDEN: set[int] = set()
SHOWN_SOURCES = 10
# What one of the five columns says by itself.
IN_COLUMNS = frozenset[Permission]().union(
    *(needed for needed in ABILITIES.values() if len(needed) == 1)
)


@dataclass(frozen=True, slots=True)
class Reason:
    """Permissions that are held for the same reasons."""

    permissions: list[Permission]
    sources: list[str]

    @property
    def shown_sources(self) -> list[str]:
        """Those that a page names."""
        return self.sources[:SHOWN_SOURCES]

    @property
    def more_sources(self) -> int:
        return len(self.sources) - len(self.shown_sources)


class Holdings:
    """What somebody holds, by where it is, so that each place asks only what reaches it."""

    def __init__(self, held: Iterable[Held]) -> None:
        self._by_place: dict[tuple[int | None, int | None], list[Held]] = defaultdict(list)
        for grant in held:
            self._by_place[grant.project_id, grant.repository_id].append(grant)

    def covering(self, target: Target) -> tuple[Held, ...]:
        """The grants whose scope holds `target`, the widest first."""
        project, repository = target.project_id, target.repository_id
        places = dict.fromkeys(((None, None), (project, None), (project, repository)))
        return tuple(grant for place in places for grant in self._by_place.get(place, ()))


@dataclass(frozen=True)
class Holding:
    """What somebody holds at a place: on a repository, or on all or some of those in a project.

    What it comes to is worked out when it is asked for, and once.
    """

    target: Target
    held: tuple[Held, ...]
    limits: Limits = NO_LIMITS

    @cached_property
    def _singles(self) -> list[tuple[Held, Target]]:
        """The grants on single repositories inside, each with its repository."""
        if self.target.repository_id:
            return []
        return [
            (
                grant,
                Target(
                    grant.organization_id,
                    grant.project_id,
                    grant.repository_id,
                    on_repository=True,
                ),
            )
            for grant in self.held
            if grant.repository_id
        ]

    @cached_property
    def _parts(self) -> list[Target]:
        """Of the repositories where the same is held, one."""
        holdings = Holdings(self.held)
        parts: dict[frozenset[tuple[Permissions, bool]], Target] = {}
        for _, part in self._singles:
            alike = {(grant.permissions, grant.is_level) for grant in holdings.covering(part)}
            parts.setdefault(frozenset(alike), part)
        return list(parts.values())

    @property
    def _meaningful(self) -> Permissions:
        """Which permissions say something about a thing of this kind."""
        if self.target.on_repository:
            return REPOSITORY_PERMISSIONS
        return PROJECT_PERMISSIONS if self.target.project_id else frozenset(Permission)

    def _giving(self, permission: Permission) -> Iterator[Held]:
        """The grants that give it there, those of the whole place first."""
        on = asked_on(permission, self.target)
        yield from decide(self.held, permission, on, self.limits).because
        for grant, place in self._singles:
            yield from decide([grant], permission, place, self.limits).because

    @property
    def is_something(self) -> bool:
        """Whether anything is held there at all."""
        return any(next(self._giving(name), None) for name in self._meaningful)

    @cached_property
    def reasons(self) -> list[Reason]:
        """All permissions that are held, those with the same sources together."""
        meaningful = self._meaningful
        by_sources: dict[tuple[str, ...], list[Permission]] = defaultdict(list)
        for permission in (name for name in Permission if name in meaningful):
            sources = tuple(dict.fromkeys(grant.source for grant in self._giving(permission)))
            if sources:
                by_sources[sources].append(permission)
        return [Reason(permissions, list(sources)) for sources, permissions in by_sources.items()]

    @property
    def permissions(self) -> list[Permission]:
        held = {name for reason in self.reasons for name in reason.permissions}
        return [name for name in Permission if name in held]

    @property
    def further(self) -> list[Permission]:
        """The permissions that none of the five columns stands for."""
        return [name for name in self.permissions if name not in IN_COLUMNS]

    @property
    def sources(self) -> list[str]:
        """Every grant that gives anything there."""
        return list(dict.fromkeys(name for reason in self.reasons for name in reason.sources))

    @cached_property
    def abilities(self) -> list[Ability]:
        return abilities_on(self.target, self.held, self.limits, self._parts)

    def can(self, ability: str) -> bool:
        """Whether it comes to the ability of that name, at least in some repositories."""
        return extent_of(ability, self.target, self.held, self.limits, self._parts) != Extent.NONE


NOTES = {
    (False, False): "all projects, also future ones",
    (True, False): "all repositories of the project",
    (True, True): "this repository",
}


@dataclass(frozen=True, slots=True)
class Right:
    """What is held on one organization, project or repository, with every grant that gives it."""

    where: str
    note: str
    holding: Holding

    @property
    def reasons(self) -> list[Reason]:
        return self.holding.reasons


def rights_of(robot: Robot, hidden: set[int] = NOTHING_HIDDEN) -> list[Right]:
    """The robot's effective right on each thing that one of its grants is about."""
    grants = robot.named_grants(hidden)
    holdings = Holdings(grant.held() for grant in grants)
    rights = {}
    for grant in grants:
        # Two grants on one project, a level and a list, are one line about its repositories.
        key = (grant.project_id, grant.repository_id)
        if key not in rights:
            target = Target(grant.organization_id, *key, on_repository=key[1] is not None)
            note = NOTES[grant.project_id is not None, grant.repository_id is not None]
            holding = Holding(target, holdings.covering(target), robot.limits)
            rights[key] = Right(grant.scope_label, note, holding)
    return list(rights.values())
