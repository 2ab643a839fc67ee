"""Whose tokens are: a robot's, or a person's own."""

from datetime import datetime
from typing import Any, Protocol, Self
from uuid import UUID

from django.db import models

from console.models import Organization
from console.permissions.decision import Actor, Limits
from console.permissions.vocabulary import Permission, Permissions


class Owner(Protocol):
    """Whose a token is, a robot or a person: what differs between them in every change of a token."""

    pk: int
    uuid: UUID

    @property
    def actor_kind(self) -> str: ...
    @property
    def actor_label(self) -> str: ...
    @property
    def chain_organization(self) -> Organization | None:
        """In whose chain its tokens change; `None` is the site's."""
        ...

    @property
    def token_prefix(self) -> str:
        """How the paths of its tokens begin."""
        ...

    @property
    def expires_at(self) -> datetime | None:
        """When the owner ends, and all its tokens with it."""
        ...

    @property
    def limits(self) -> Limits: ...
    @property
    def tokens(self) -> Any:  # noqa: ANN401 - a manager with `TokenQuerySet`'s methods
        ...

    def refetch(self) -> Self:
        """The owner as it is now, under the chain's lock; `Conflict` if it went meanwhile."""
        ...

    def require_over_token(self, actor: Actor, permission: Permission, access_id: UUID) -> None:
        """The actor may do this to a token of the owner."""
        ...

    def require_to_confer(self, actor: Actor, narrowing: Permissions | None = None) -> None:
        """The actor holds what the owner's token lets its holder do."""
        ...

    def strong_permissions(self, narrowing: Permissions | None = None) -> Permissions:
        """Those of the owner's token that make it strong: whoever makes one gives the password first."""
        ...

    def keep_next_expiry(self) -> None:
        """Note that one of its tokens ends otherwise."""
        ...


class OrganizationOfRobot(models.ForeignKey[Any, Any]):
    """The organization of a token's robot, written with a new row: lists of all tokens need it there."""

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: ANN401 - Django's own signature
        robot = getattr(model_instance, "robot", None)
        if add and robot is not None:
            setattr(model_instance, self.attname, robot.organization_id)
        return super().pre_save(model_instance, add)
