"""The 403 page: it names what is missing and who can give it, so it needs to know the owners."""

from django.http import HttpRequest, HttpResponse

from console.errors import page, words
from console.permissions.decision import MissingPermission
from teams.models import Membership

SHOWN_OWNERS = 5


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's `handler403`."""
    detail = words(exception) or "You may not do this."
    if not isinstance(exception, MissingPermission):
        return page(request, 403, "You may not do this", detail)
    return page(
        request,
        403,
        "You may not do this",
        detail,
        permission=str(exception.permission),
        permission_label=exception.permission.label,
        owners=owner_names(exception),
    )


def owner_names(missing: MissingPermission) -> list[str]:
    """Who can give what is missing."""
    owners = Membership.objects.owners(missing.target.organization_id)[:SHOWN_OWNERS]
    return [membership.user.display_name for membership in owners]
