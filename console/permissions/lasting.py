"""What outlives the token that an actor came with."""

from django.core.exceptions import PermissionDenied

from console.permissions.decision import Actor


def require_lasting(actor: Actor) -> None:
    """Raise for an access token: a secret that it made would outlive it, and all that it was limited to."""
    came = actor.came_with
    if came is not None and came.briefly:
        raise PermissionDenied(
            "An access token makes no secrets. Come with the token that asked for it."
        )
