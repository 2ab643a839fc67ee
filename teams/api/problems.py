"""The API's exception handler: a 403 names what is missing and who can give it."""

from typing import Any

from django.http import HttpResponse

from console.api import problems
from console.errors import words
from console.permissions import MissingPermission
from teams.errors import owner_names


def handle(error: Exception, context: dict[str, Any]) -> HttpResponse:
    """The framework's `EXCEPTION_HANDLER`."""
    if not isinstance(error, MissingPermission):
        return problems.handle(error, context)
    return problems.problem(
        403, "You may not do this", words(error),
        permission=str(error.permission), owners=owner_names(error),
    )  # fmt: skip
