"""The page that warns before a path is used again."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from console.http import Request
from console.organizations.services import UsedBefore


def is_confirmed(request: Request) -> bool:
    """Whether the form comes from the warning."""
    return request.POST.get("reuse") == "confirmed"


def used_before(
    request: Request, warning: UsedBefore, context: dict[str, Any], frame: str = "console.html"
) -> HttpResponse:
    """409: the form once more, hidden, beside what the registry still holds under the path.

    `context` has the form, the breadcrumb, `thing` (what is created) and `back_url`.
    """
    return render(
        request,
        "console/organizations/used_before.html",
        context | {"frame": frame, "path": warning.path},
        status=409,
    )
