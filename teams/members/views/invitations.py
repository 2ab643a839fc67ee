"""Invitations as owners see them: the pending ones, a new one, sending again, withdrawing."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from console.http import Request
from console.models import Organization
from console.pages.confirmation import Consequence, confirm
from console.pages.frame import in_organization
from console.pages.htmx import done, page_or_part
from console.pages.reading import read_search
from console.paging import Order, page_of
from teams.members.queries import pending_invitations, visible_invitations
from teams.members.rights import require_to_withdraw
from teams.members.services import resend_invitation, withdraw_invitation
from teams.members.views.frame import users_crumbs, users_page
from teams.members.views.menus import invitation_rows
from teams.models import Invitation


@require_GET
@in_organization("users")
def invitation_list(request: Request, organization: Organization) -> HttpResponse:
    reading = read_search(request)
    pending = pending_invitations(request.viewer, organization, reading.text)
    order = Order("sent_at", descending=True)
    page = page_of(pending, order, reading, ("invitation", "invitations"))
    context = users_page(request, "Invitations") | {
        "page": page,
        "q": reading.text,
        "rows": invitation_rows(request, page.rows),
    }
    return page_or_part(request, "teams/members/invitation_list.html", "invitation-table", context)


def _find(request: Request, invitation: UUID) -> Invitation:
    """The pending invitation of that UUID; one that is done with, or not seen, is a 404."""
    pending = visible_invitations(request.viewer, request.organization)
    return get_object_or_404(pending.select_related("organization"), uuid=invitation)


def _listed(organization: Organization) -> str:
    return reverse("teams:invitation-list", args=[organization.slug])


def _sent(words: str, invitation: Invitation) -> str:
    """`words`, unless this installation sends no e-mail: then who has the link instead."""
    if settings.ROSTER_SENDS_MAIL:
        return words
    return f"{invitation.email} is invited. Ask the operator for the link: no e-mail is sent here."


@require_POST
@in_organization("users")
def invitation_resend(
    request: Request, organization: Organization, invitation: UUID
) -> HttpResponse:
    found = _find(request, invitation)
    resend_invitation(actor=request.user, invitation=found)
    words = f"A new link is on its way to {found.email}. The old one has ended."
    messages.success(request, _sent(words, found))
    return done(request, _listed(organization))


@require_http_methods(["GET", "POST"])
@in_organization("users")
def invitation_withdraw(
    request: Request, organization: Organization, invitation: UUID
) -> HttpResponse:
    found = _find(request, invitation)
    require_to_withdraw(request.viewer, found)
    consequence = Consequence(
        lambda: withdraw_invitation(actor=request.user, invitation=found),
        f"The invitation of {found.email} is withdrawn.",
        _listed(organization),
    )
    context = {
        "invitation": found,
        "back": _listed(organization),
        "breadcrumb": users_crumbs(organization, "Withdraw invitation"),
    }
    return confirm(request, "teams/members/invitation_withdraw.html", context, consequence)
