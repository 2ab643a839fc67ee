"""The same change of many things at once: what it would do to each, then each by its own service."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import PermissionDenied, ValidationError

from console.errors import Conflict
from console.permissions.decision import Actor, MissingPermission, allows
from console.permissions.vocabulary import Permission
from robots.models import Robot, Token

# What lists let one tick: rights over it are looked for at its target, and it lets somebody do things.
T = TypeVar("T", Robot, Token)


@dataclass(frozen=True, slots=True)
class Change(Generic[T]):
    """A change of one thing in words: what it takes, when it does nothing, what it does.

    `idle` says why nothing would change, or nothing. `confers` tells whether the actor must hold
    what the thing holds; `ends_logins`, whether what logs in with it stops.
    """

    needed: Permission
    make: Callable[[T], object]
    idle: Callable[[T], str]
    effect: Callable[[T], str]
    result: str
    confers: Callable[[T], bool] = lambda thing: False
    ends_logins: bool = False


@dataclass(frozen=True, slots=True)
class Prospect(Generic[T]):
    """What would become of a thing, or why not; afterwards: what became of it, and what the change made."""

    thing: T
    possible: bool
    words: str
    made: Any = None


def prospects(actor: Actor, change: Change[T], things: Iterable[T]) -> list[Prospect[T]]:
    """What `change` would do to each thing."""
    return [_prospect(actor, change, thing) for thing in things]


def _prospect(actor: Actor, change: Change[T], thing: T) -> Prospect[T]:
    hindrance = _missing(actor, change, thing) or change.idle(thing)
    return Prospect(thing, not hindrance, hindrance or change.effect(thing))


def _missing(actor: Actor, change: Change[T], thing: T) -> str:
    if not allows(actor, change.needed, thing):
        return f"You do not hold {change.needed} here."
    if not change.confers(thing):
        return ""
    try:
        thing.require_to_confer(actor)
    except MissingPermission as missing:
        return f"It holds {missing.permission}, and you do not."
    return ""


def make_changes(actor: Actor, change: Change[T], things: Iterable[T]) -> list[Prospect[T]]:
    """Change each thing that can be; one that cannot says why and stops no other."""
    before = (_prospect(actor, change, thing) for thing in things)
    return [_made(change, found.thing) if found.possible else found for found in before]


def _made(change: Change[T], thing: T) -> Prospect[T]:
    try:
        made = change.make(thing)
    except MissingPermission as missing:
        return Prospect(thing, False, f"You do not hold {missing.permission} here.")
    except (Conflict, PermissionDenied, ValidationError) as error:
        words = error.messages if isinstance(error, ValidationError) else [str(error)]
        return Prospect(thing, False, " ".join(words))
    return Prospect(thing, True, change.result, made)
