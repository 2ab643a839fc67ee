"""Who may do something to a person's own tokens: that person, who came in a way that allows it."""

from uuid import UUID

from django.core.exceptions import PermissionDenied

from console.audit.recording import OPERATOR
from console.permissions.decision import Actor
from console.permissions.vocabulary import Permission

NOT_YOURS = "A personal access token belongs to its person alone."
# What somebody who came with a personal token hears, by what they ask for.
REFUSALS = {
    Permission.TOKEN_CREATE: "Sign in to the console to make a token.",
    Permission.TOKEN_UPDATE: "Sign in to the console to change a token.",
    Permission.TOKEN_ROTATE: "A token makes a new secret of itself alone. Sign in to the console for others.",
}
NARROWED = "A narrowed token neither sees nor deletes personal access tokens."


def require_own(
    actor: Actor, permission: Permission, person: UUID, access_id: UUID | None = None
) -> None:
    """The actor is that person; a token that they came with may give itself a new secret alone.

    Who operates the installation, by a command and never over HTTP, ends what an older backup revived.
    """
    if actor.actor_kind == OPERATOR.actor_kind:
        return
    if actor.actor_uuid != person:
        raise PermissionDenied(NOT_YOURS)
    came = actor.came_with
    if came is None or (permission == Permission.TOKEN_ROTATE and came.access_id == access_id):
        return
    if permission in REFUSALS:
        raise PermissionDenied(REFUSALS[permission])
    if actor.limits.permissions is not None:
        raise PermissionDenied(NARROWED)
