"""The audit log of a token that somebody pasted: one that leaked, say."""

from urllib.parse import urlencode

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from console.errors import page
from console.http import Request
from console.models import Organization
from console.pages.frame import in_organization
from console.permissions.decision import require
from console.permissions.vocabulary import Permission
from robots.base.credentials import MAX_LENGTH
from robots.tokens.recognizing import find_by_secret

UNKNOWN = (
    "No token of this organization has that secret. It may belong elsewhere, or have been deleted "
    "more than 90 days ago."
)


class PastedTokenForm(forms.Form):
    """A secret, as it was found."""

    token = forms.CharField(max_length=MAX_LENGTH)


@never_cache
@sensitive_post_parameters("token")
@require_POST
@in_organization("audit")
def event_token(request: Request, organization: Organization) -> HttpResponse:
    """Lead to the events of the token whose secret was sent; only its digest is looked up."""
    require(request.viewer, Permission.EVENT_READ, organization)
    form = PastedTokenForm(request.POST)
    if not form.is_valid():
        return page(request, 422, "That is no token", "Paste a whole token. Nothing was searched.")
    found = find_by_secret(organization, form.cleaned_data["token"])
    if found is None:
        return page(request, 422, "No such token here", UNKNOWN)
    listed = reverse("console:event-list", args=[organization.slug])
    return redirect(f"{listed}?{urlencode({'token': found.uuid})}")
