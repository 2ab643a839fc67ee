"""Partial updates: a service is told what changes, and what it is not told stays as it is."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Model


def require_known(changes: Mapping[str, Any], known: type[Any]) -> None:
    """Raise `TypeError` for a name that is not in `known`, the `TypedDict` of what may change.

    The type checker sees it only where the names are written out, not in the body of a request.
    """
    if unknown := changes.keys() - known.__annotations__.keys():
        raise TypeError(f"{known.__name__} has no {', '.join(sorted(unknown))}.")


def assign(
    thing: Model, changes: Mapping[str, Any], known: type[Any], unchecked: Collection[str] = ()
) -> list[str]:
    """Set the columns that `changes` names, check all but `unchecked`; the columns that differ now.

    The caller saves those, and records nothing where there are none.
    """
    require_known(changes, known)
    before = {name: getattr(thing, name) for name in changes}
    for name, value in changes.items():
        setattr(thing, name, value)
    thing.full_clean(exclude=unchecked)
    return [name for name, value in before.items() if getattr(thing, name) != value]
