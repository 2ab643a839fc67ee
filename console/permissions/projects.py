"""In which projects of an organization an actor holds a permission, or several at once."""

from collections.abc import Iterable
from dataclasses import replace

from console.permissions.decision import Actor, Target, decide_for
from console.permissions.vocabulary import Permission


def projects_with(actor: Actor, permission: Permission, whole: Target) -> set[int] | None:
    """In which projects of an organization, whose target is `whole`, the actor holds `permission`.

    `None` when it is on the whole organization.
    """
    held = actor.grants_on(whole)
    if decide_for(actor, held, permission, whole):
        return None
    projects = {grant.project_id for grant in held if grant.project_id}
    return {
        pk for pk in projects if decide_for(actor, held, permission, replace(whole, project_id=pk))
    }


def projects_with_all(
    actor: Actor, permissions: Iterable[Permission], whole: Target
) -> set[int] | None:
    """In which projects the actor holds every one of `permissions`; `None` when in all of them."""
    each = [projects_with(actor, permission, whole) for permission in permissions]
    somewhere = [projects for projects in each if projects is not None]
    return set.intersection(*somewhere) if somewhere else None
