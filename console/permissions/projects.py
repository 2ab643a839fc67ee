"""In which projects an actor holds several permissions at once."""

from collections.abc import Iterable

from console.permissions.decision import Actor, Target, projects_with
from console.permissions.vocabulary import Permission


def projects_with_all(
    actor: Actor, permissions: Iterable[Permission], whole: Target
) -> set[int] | None:
    """In which projects the actor holds every one of `permissions`; `None` when in all of them."""
    each = [projects_with(actor, permission, whole) for permission in permissions]
    somewhere = [projects for projects in each if projects is not None]
    return set.intersection(*somewhere) if somewhere else None
