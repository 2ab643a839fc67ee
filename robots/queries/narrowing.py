"""What is left of a grant when it gives only what was used of it: pure, and never more than before."""

from dataclasses import dataclass

from console.permissions.roles import BUILTIN_ROLES, LEVEL_PREFIX, REPOSITORY_LEVELS, Scope
from console.permissions.vocabulary import (
    DATA_PERMISSIONS,
    Permission,
    Permissions,
    with_implied,
)
from teams.models.holding import what

LEVELS = {name: BUILTIN_ROLES[Scope.REPOSITORY, name].permissions for name in REPOSITORY_LEVELS}


@dataclass(frozen=True, slots=True)
class Left:
    """A level, or permissions; neither where nothing was used, and the grant is taken back."""

    role: str = ""
    permissions: Permissions = frozenset()

    @property
    def is_nothing(self) -> bool:
        return not (self.role or self.permissions)

    @property
    def gives(self) -> Permissions:
        return LEVELS[self.role.removeprefix(LEVEL_PREFIX)] if self.role else self.permissions

    @property
    def what(self) -> str:
        """What it is, as a grant says it."""
        return (
            what(self.role, self.permissions, None) if self.role or self.permissions else "nothing"
        )

    @property
    def listed(self) -> list[Permission]:
        """What a level does not stand for, one by one."""
        return [name for name in Permission if name in self.permissions]


def left_of(gives: Permissions, used: Permissions, *, level: str = "", alone: bool) -> Left | None:
    """What is left of a grant that gives `gives`; `None` where nothing of it can go.

    A `level` becomes a lower one. `alone` is whether it is on a single repository: a list on more
    than that would reach further than a level does, but for what is about artifacts.
    """
    needed = with_implied(gives) & used
    if not needed:
        return Left()
    if level:
        return _left_of_level(level, needed, alone)
    kept = gives & needed
    kept |= needed - with_implied(kept)
    return Left(permissions=kept) if kept != gives else None


def _left_of_level(level: str, needed: Permissions, alone: bool) -> Left | None:
    """The lowest level that gives what is needed; where only the highest does, just what is needed.

    The others are whole: what comes with a pull or a push is not taken out of them.
    """
    lowest = next(name for name in REPOSITORY_LEVELS if needed <= with_implied(LEVELS[name]))
    if lowest != level:
        return Left(role=LEVEL_PREFIX + lowest)
    may_be_listed = alone or needed <= DATA_PERMISSIONS
    is_highest = level == REPOSITORY_LEVELS[-1]
    if is_highest and may_be_listed and needed != with_implied(LEVELS[level]):
        return Left(permissions=needed)
    return None
