"""What somebody may do on repositories, in five words; each answer is `decide()`'s own."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from console.permissions.decision import NO_LIMITS, Held, Limits, Target, decide
from console.permissions.roles import ABILITIES, REPOSITORY_PERMISSIONS
from console.permissions.vocabulary import Permission


class Extent(StrEnum):
    """How far it goes: on all repositories of a place, on some of them, on none."""

    ALL = "all"
    SOME = "some"
    NONE = "none"
    # On all of them, once what is being given is saved.
    NEW = "new"


EXTENT_WORDS = {
    Extent.ALL: "yes",
    Extent.SOME: "in some repositories",
    Extent.NONE: "no",
    Extent.NEW: "new",
}


@dataclass(frozen=True, slots=True)
class Ability:
    """One of `ABILITIES`, and how far somebody has it."""

    name: str
    extent: Extent

    @property
    def words(self) -> str:
        return EXTENT_WORDS[self.extent]


def asked_on(permission: Permission, target: Target) -> Target:
    """Where `permission` is asked about: on a place's repositories if it is about such, else on itself."""
    is_about_repositories = permission in REPOSITORY_PERMISSIONS
    return replace(target, on_repository=True) if is_about_repositories else target


def abilities_on(
    target: Target, held: Sequence[Held], limits: Limits = NO_LIMITS, parts: Sequence[Target] = ()
) -> list[Ability]:
    """All of `ABILITIES` on the repositories of `target`; `parts` are some of these."""
    return [Ability(name, extent_of(name, target, held, limits, parts)) for name in ABILITIES]


def extent_of(
    name: str, target: Target, held: Sequence[Held], limits: Limits, parts: Sequence[Target] = ()
) -> Extent:
    """How far somebody has the ability of that name."""
    if _has(name, target, held, limits):
        return Extent.ALL
    in_some = any(_has(name, part, held, limits) for part in parts)
    return Extent.SOME if in_some else Extent.NONE


def _has(name: str, target: Target, held: Sequence[Held], limits: Limits) -> bool:
    return all(decide(held, it, asked_on(it, target), limits) for it in ABILITIES[name])
