"""The first owner, the personal account, My account."""

from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from console.audit.recording import System
from console.forms import attempt, named, posted
from console.http import Request
from console.pages.htmx import done, form_page
from teams.models import User
from teams.users.forms import FirstOwnerForm, ProfileForm
from teams.users.services import change_profile, create_first_owner, is_setup_key

SETUP_LINK = System("set-up link")


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def setup(request: Request, key: str) -> HttpResponse:
    """Make the first owner, by the one-time link that the server printed; afterwards a 404."""
    if not is_setup_key(key):
        raise Http404
    form = FirstOwnerForm(posted(request))
    if request.method == "POST" and (user := attempt(form, lambda: _create(form))):
        perform_login(request, user)
        return redirect("teams:organization-create")
    return form_page(request, "teams/users/setup.html", {"form": form}, invalid=form.is_bound)


def _create(form: FirstOwnerForm) -> User:
    return create_first_owner(actor=SETUP_LINK, **form.cleaned_data)


@require_GET
def personal_account(request: Request) -> HttpResponse:
    """A personal account has neither robots nor teams, and says so."""
    return render(request, "teams/users/personal_account.html", {"section": "personal"})


@require_http_methods(["GET", "POST"])
def my_account(request: Request) -> HttpResponse:
    form = ProfileForm(
        posted(request),
        instance=User.objects.get(pk=request.user.pk),
    )
    if request.method == "POST" and (user := attempt(form, lambda: _change_profile(request, form))):
        messages.success(request, f"Profile of {user.display_name} saved.")
        return done(request, "teams:my-account")
    context = {"form": form, "section": "account"}
    return form_page(request, "teams/users/my_account.html", context, invalid=form.is_bound)


def _change_profile(request: Request, form: ProfileForm) -> User:
    return change_profile(actor=request.user, **named(form))
