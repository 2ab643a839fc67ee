"""Invitations as owners see them: the pending ones, a new one, sending again, withdrawing."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from console.forms import attempt, posted
from console.http import Request
from console.models import Organization
from console.pages.confirmation import Consequence, confirm
from console.pages.frame import in_organization
from console.pages.htmx import done, form_page, page_or_part
from console.pages.reading import read
from console.paging import Order, page_of
from console.permissions.decision import allows, require
from console.permissions.vocabulary import Permission
from teams.members.forms import InvitationForm
from teams.members.services import invite, resend_invitation, withdraw_invitation
from teams.members.views.frame import users_crumbs, users_page
from teams.members.views.menus import invitation_menu
from teams.models import Invitation
from teams.models.memberships import INVITATION_DAYS


@require_GET
@in_organization("users")
def invitation_list(request: Request, organization: Organization) -> HttpResponse:
    require(request.viewer, Permission.MEMBER_CREATE, organization)
    pending = Invitation.objects.pending().filter(organization=organization)
    order = Order("sent_at", descending=True)
    page = page_of(pending, order, read(request), ("invitation", "invitations"))
    can_withdraw = allows(request.viewer, Permission.MEMBER_DELETE, organization)
    context = users_page(request, "Invitations") | {
        "page": page,
        "rows": [
            (each, invitation_menu(organization.slug, each, can_withdraw=can_withdraw))
            for each in page.rows
        ],
    }
    return page_or_part(request, "teams/members/invitation_list.html", "invitation-table", context)


def _find(organization: Organization, invitation: UUID) -> Invitation:
    """The pending invitation of that UUID; one that is done with is a 404."""
    pending = Invitation.objects.pending().select_related("organization")
    return get_object_or_404(pending, organization=organization, uuid=invitation)


def _listed(organization: Organization) -> str:
    return reverse("teams:invitation-list", args=[organization.slug])


@require_http_methods(["GET", "POST"])
@in_organization("users")
def invitation_create(request: Request, organization: Organization) -> HttpResponse:
    require(request.viewer, Permission.MEMBER_CREATE, organization)
    form = InvitationForm(posted(request))
    if request.method == "POST" and (invited := attempt(form, lambda: _invite(request, form))):
        messages.success(
            request, _sent(f"The invitation is on its way to {invited.email}.", invited)
        )
        return done(request, _listed(organization))
    context = {
        "form": form,
        "days": INVITATION_DAYS,
        "breadcrumb": users_crumbs(organization, "Invite user"),
    }
    return form_page(request, "teams/members/invitation_form.html", context, invalid=form.is_bound)


def _sent(words: str, invitation: Invitation) -> str:
    """`words`, unless this installation sends no e-mail: then who has the link instead."""
    if settings.ROSTER_SENDS_MAIL:
        return words
    return f"{invitation.email} is invited. Ask the operator for the link: no e-mail is sent here."


def _invite(request: Request, form: InvitationForm) -> Invitation:
    return invite(actor=request.user, organization=request.organization, **form.cleaned_data)


@require_POST
@in_organization("users")
def invitation_resend(
    request: Request, organization: Organization, invitation: UUID
) -> HttpResponse:
    require(request.viewer, Permission.MEMBER_CREATE, organization)
    found = _find(organization, invitation)
    resend_invitation(actor=request.user, invitation=found)
    words = f"A new link is on its way to {found.email}. The old one has ended."
    messages.success(request, _sent(words, found))
    return done(request, _listed(organization))


@require_http_methods(["GET", "POST"])
@in_organization("users")
def invitation_withdraw(
    request: Request, organization: Organization, invitation: UUID
) -> HttpResponse:
    require(request.viewer, Permission.MEMBER_DELETE, organization)
    found = _find(organization, invitation)
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
