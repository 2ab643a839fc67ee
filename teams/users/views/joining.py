"""Following an invitation's link.

The link's key is taken off the address at once and kept in the session, so that it stands in no
address bar, referrer or `next`, and the forms that follow can be checked like all others.
"""

from uuid import UUID

from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from console.forms import attempt, posted
from console.http import Request
from console.pages.htmx import form_page
from teams.invitations.services import Joined, join
from teams.models import Invitation, User
from teams.users.forms import InvitedUserForm
from teams.users.services import create_invited_user


def _found(invitation: UUID, key: str) -> Invitation | None:
    """The invitation, if this key still opens it."""
    rows = Invitation.objects.select_related("organization")
    found = rows.filter(uuid=invitation).first()
    return found if found and found.opens_with(key) else None


def _ended(request: HttpRequest) -> HttpResponse:
    """One answer to ended, withdrawn, used, replaced and forged links alike."""
    return render(request, "teams/users/invitation_ended.html", status=404)


@login_not_required
@never_cache
@require_GET
def invitation(request: HttpRequest, invitation: UUID, key: str) -> HttpResponse:
    """The link of the e-mail."""
    answer = _open(request, invitation, key)
    answer["Referrer-Policy"] = "no-referrer"
    return answer


def _open(request: HttpRequest, invitation: UUID, key: str) -> HttpResponse:
    if _found(invitation, key) is None:
        return _ended(request)
    request.session[_kept_as(invitation)] = key
    return redirect("teams:invitation-accept", invitation)


def _kept_as(invitation: UUID) -> str:
    return f"invitation:{invitation}"


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def invitation_accept(request: Request, invitation: UUID) -> HttpResponse:
    """Join; before that make an account, or sign in as the person who is invited."""
    key = request.session.get(_kept_as(invitation), "")
    found = _found(invitation, key)
    if found is None:
        return _ended(request)
    if not request.user.is_authenticated:
        if User.objects.filter(email=found.email).exists():
            return _sign_in_first(request, found)
        return _make_account(request, found, key)
    if request.method == "POST":
        return _joined(request, found, join(actor=request.user, invitation=found, key=key))
    link = reverse("teams:invitation", args=[found.uuid, key])
    context = {"invitation": found, "link": link, "is_theirs": request.user.email == found.email}
    return render(request, "teams/users/invitation.html", context)


def _joined(request: Request, invitation: Invitation, joined: Joined) -> HttpResponse:
    request.session.pop(_kept_as(invitation.uuid), None)
    messages.success(request, f"You are in {invitation.organization.name} now.")
    if joined.refused:
        what = ", ".join(place.label for place in joined.refused)
        words = f"{invitation.created_by} may not give you this any more, and knows: {what}."
        messages.warning(request, words)
    return redirect(invitation.organization)


def _sign_in_first(request: Request, invitation: Invitation) -> HttpResponse:
    name = invitation.organization.name
    messages.info(request, f"Sign in as {invitation.email} to join {name}.")
    back = reverse("teams:invitation-accept", args=[invitation.uuid])
    return redirect(f"{reverse('account_login')}?{urlencode({'next': back})}")


def _make_account(request: Request, invitation: Invitation, key: str) -> HttpResponse:
    form = InvitedUserForm(posted(request), email=invitation.email)
    if request.method == "POST" and (made := attempt(form, lambda: _create(form, invitation, key))):
        user, joined = made
        perform_login(request, user)
        return _joined(request, invitation, joined)
    context = {"form": form, "invitation": invitation}
    return form_page(request, "teams/users/invitation_account.html", context, invalid=form.is_bound)


def _create(form: InvitedUserForm, invitation: Invitation, key: str) -> tuple[User, Joined]:
    name, password = form.cleaned_data["name"], form.cleaned_data["password"]
    return create_invited_user(invitation=invitation, key=key, name=name, password=password)
