"""The first owner, the personal account, My account."""

from collections.abc import Iterable

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
from console.models import Organization
from console.models.organizations import LISTED_ORGANIZATIONS
from console.organizations.queries import organizations_matching
from console.pages.context import listed_organizations
from console.pages.htmx import done, form_page
from console.pages.reading import read_search
from console.paging import Reading
from teams.models import User
from teams.users.context import links_to
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
    """A personal account has neither robots nor teams, and says so; and one's organizations, which can be
    searched, also from the menu in which one switches between them.
    """
    reading = read_search(request)
    organizations = links_to(_organizations(request, reading))
    if request.htmx and request.htmx.target == "switcher-list":
        return render(request, "switcher_list.html", {"organizations": organizations})
    context = {
        "section": "personal",
        "q": reading.text,
        "organizations": organizations,
        "is_cut": len(organizations) == LISTED_ORGANIZATIONS,
    }
    return render(request, "teams/users/personal_account.html", context)


def _organizations(request: Request, reading: Reading) -> Iterable[Organization]:
    if reading.unreadable:
        return []
    if not reading.text:
        return listed_organizations(request)
    seen = Organization.objects.visible_to(request.user).order_by("name", "id")
    return organizations_matching(seen, reading.text)[:LISTED_ORGANIZATIONS]


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
