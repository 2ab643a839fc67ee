"""What belongs to the whole site: whoever runs the installation may change it, and nobody else."""

from typing import Protocol

from django.core.exceptions import PermissionDenied

OPERATORS_ONLY = "Only operators see and change what belongs to the whole site."


class PerhapsOperator(Protocol):
    """An actor, or whoever types a command for operators."""

    @property
    def is_operator(self) -> bool: ...


def require_operator(actor: PerhapsOperator) -> None:
    """Raise `PermissionDenied` for whoever does not run this installation."""
    if not actor.is_operator:
        raise PermissionDenied(OPERATORS_ONLY)
