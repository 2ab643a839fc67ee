"""Whoever acted once, found again as they are now."""

from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from console.permissions.decision import Actor


def acting(kind: str, actor_uuid: UUID | None) -> Actor | None:
    """The actor of that kind and UUID; `None` when it is gone or may not act now, or was not kept."""
    if actor_uuid is None:
        return None
    found: Actor | None = import_string(settings.ACTORS[kind])(actor_uuid)
    return found
