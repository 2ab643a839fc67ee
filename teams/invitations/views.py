"""The page that invites people."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from console.forms import attempt, posted
from console.http import Request
from console.models import Organization
from console.pages.frame import in_organization
from console.pages.htmx import done, form_page
from console.permissions.decision import MissingPermission
from teams.invitations.forms import InvitationForm, ListForm
from teams.invitations.lists import wishes_in
from teams.invitations.services import AT_ONCE, invite_listed, invite_people
from teams.members.queries import require_to_invite_somewhere
from teams.members.views.frame import users_crumbs
from teams.models import Invitation
from teams.models.memberships import INVITATION_DAYS


@require_http_methods(["GET", "POST"])
@in_organization("users")
def invitation_create(request: Request, organization: Organization) -> HttpResponse:
    """Who gives roles in a project alone invites there; a wrong address refuses the form with all in it."""
    require_to_invite_somewhere(request.viewer, organization)
    form = InvitationForm(posted(request), request)
    if request.method == "POST" and (invited := attempt(form, lambda: _invite(request, form))):
        messages.success(request, _sent(invited))
        return done(request, reverse("teams:invitation-list", args=[organization.slug]))
    context = {
        "form": form,
        "days": INVITATION_DAYS,
        "list_url": reverse("teams:invitation-upload", args=[organization.slug]),
        "breadcrumb": users_crumbs(organization, "Invite people"),
    }
    template = "teams/invitations/invitation_form.html"
    return form_page(request, template, context, invalid=form.is_bound)


@require_http_methods(["GET", "POST"])
@in_organization("users")
def invitation_upload(request: Request, organization: Organization) -> HttpResponse:
    """The same from a list; what is wrong in it is named by line."""
    require_to_invite_somewhere(request.viewer, organization)
    form = ListForm(posted(request), request.FILES or None)
    if request.method == "POST" and (invited := attempt(form, lambda: _invite_all(request, form))):
        messages.success(request, _sent(invited))
        return done(request, reverse("teams:invitation-list", args=[organization.slug]))
    context = {
        "form": form,
        "most": AT_ONCE,
        "breadcrumb": users_crumbs(organization, "Invite from a list"),
    }
    template = "teams/invitations/invitation_upload.html"
    return form_page(request, template, context, invalid=form.is_bound)


def _invite_all(request: Request, form: ListForm) -> list[Invitation]:
    wishes = wishes_in(request, form.cleaned_data["email"])
    return invite_listed(actor=request.user, organization=request.organization, wishes=wishes)


def _invite(request: Request, form: InvitationForm) -> list[Invitation]:
    try:
        return invite_people(
            actor=request.user,
            organization=request.organization,
            emails=form.cleaned_data["email"],
            role=form.cleaned_data.get("role", "member"),
            places=list(form.places()),
        )
    except MissingPermission as missing:
        words = f"You cannot give all of this: you do not hold {missing.permission} there."
        raise ValidationError(words) from missing


def _sent(invited: list[Invitation]) -> str:
    """To whom the links went, or who has them where this installation sends no e-mail."""
    who = ", ".join(invitation.email for invitation in invited)
    one = len(invited) == 1
    if not settings.ROSTER_SENDS_MAIL:
        links = "link" if one else "links"
        are = "is" if one else "are"
        return f"{who} {are} invited. Ask the operator for the {links}: no e-mail is sent here."
    if one:
        return f"The invitation is on its way to {who}."
    return f"{len(invited)} invitations are on their way: {who}."
