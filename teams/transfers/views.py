"""The page that hands an organization over."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from console.forms import attempt, posted
from console.http import Request
from console.models import Organization
from console.pages.frame import crumbs, in_organization
from console.pages.htmx import done, form_page
from console.reauthentication import fresh_sign_in
from teams.members.alone import behind, held_alone
from teams.members.queries import people_of
from teams.models import Membership
from teams.transfers.forms import TransferForm
from teams.transfers.services import Afterwards, require_to_transfer, transfer_organization

SUGGESTED = 50
WORDS = {"teams": "team", "projects": "project", "robots": "robot account"}


@require_http_methods(["GET", "POST"])
@in_organization("settings")
def organization_transfer(request: Request, organization: Organization) -> HttpResponse:
    """To whom, what follows, the name typed, and a fresh sign-in."""
    require_to_transfer(request.viewer, organization)
    return _transfer(request, organization)


@fresh_sign_in
def _transfer(request: Request, organization: Organization) -> HttpResponse:
    form = TransferForm(posted(request), expected=organization.slug)
    if request.method == "POST":
        new = attempt(form, lambda: _hand_over(request, organization, form))
        if new is not None:
            words = f"{new.user.display_name} is an owner of {organization.name} now."
            messages.success(request, words)
            return done(request, _way_on(organization, form))
    context = {"form": form, **_following(request, organization)}
    template = "teams/transfers/organization_transfer.html"
    return form_page(request, template, context, invalid=form.is_bound)


def _hand_over(request: Request, organization: Organization, form: TransferForm) -> Membership:
    return transfer_organization(
        actor=request.user,
        organization=organization,
        email=form.cleaned_data["email"],
        afterwards=form.cleaned_data["afterwards"],
    )


def _way_on(organization: Organization, form: TransferForm) -> str:
    if form.cleaned_data["afterwards"] == Afterwards.LEAVE:
        return reverse("teams:personal-account")
    return reverse("teams:member-list", args=[organization.slug])


def _following(request: Request, organization: Organization) -> dict[str, Any]:
    """Who may be the new owner, who else owns it, and what stays with whom."""
    people = people_of(organization).filter(user__is_active=True)
    own = people.get(user=request.user.pk)
    settings = ("Settings", reverse("console:organization-settings", args=[organization.slug]))
    kinds = held_alone(own).kinds()
    return {
        "people": people.exclude(role=Membership.Role.OWNER)[:SUGGESTED],
        "others": people.filter(role=Membership.Role.OWNER).exclude(pk=own.pk)[:SUGGESTED],
        "alone": [(WORDS[kind], count) for kind, rows in kinds if (count := rows.count())],
        "personal_tokens": behind().personal_tokens(own),
        "seen": behind().tokens_seen(own),
        "breadcrumb": crumbs(organization, settings, "Transfer"),
    }
