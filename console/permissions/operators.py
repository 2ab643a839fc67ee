"""What belongs to the whole site: whoever runs the installation may change it, and nobody else."""

from typing import Protocol

from django.core.exceptions import PermissionDenied

from console.permissions.decision import Actor, Targeted, allows, require
from console.permissions.vocabulary import Permission

OPERATORS_ONLY = "Only operators see and change what belongs to the whole site."


class PerhapsOperator(Protocol):
    """An actor, or whoever types a command for operators."""

    @property
    def is_operator(self) -> bool: ...


def require_operator(actor: PerhapsOperator) -> None:
    """Raise `PermissionDenied` for whoever does not run this installation."""
    if not actor.is_operator:
        raise PermissionDenied(OPERATORS_ONLY)


def may_change_settings(actor: Actor, organization: Targeted | None) -> bool:
    """Whether the actor may change the settings of the organization, or with `None` of the site."""
    if organization is None:
        return actor.is_operator
    return allows(actor, Permission.ORGANIZATION_UPDATE, organization)


def require_to_change_settings(actor: Actor, organization: Targeted | None) -> None:
    """Raise `PermissionDenied` unless the actor may do that."""
    if organization is None:
        require_operator(actor)
    else:
        require(actor, Permission.ORGANIZATION_UPDATE, organization)
