"""The API's exception handler: a 403 names what is missing and who can give it."""

from typing import Any

from django.http import HttpResponse

from console.api import problems
from console.errors import words
from console.permissions.decision import MissingPermission, Target, allows
from console.permissions.vocabulary import Permission
from teams.errors import owner_names


def handle(error: Exception, context: dict[str, Any]) -> HttpResponse:
    """The framework's `EXCEPTION_HANDLER`."""
    if not isinstance(error, MissingPermission):
        return problems.handle(error, context)
    viewer = getattr(context["request"], "viewer", None)
    organization = Target(error.target.organization_id)
    # Who the people are is told to who may read it: a robot's token may be anywhere.
    knows = viewer is not None and allows(viewer, Permission.MEMBER_READ, organization)
    return problems.problem(
        403,
        "You may not do this",
        words(error),
        permission=str(error.permission),
        owners=owner_names(error) if knows else [],
    )
