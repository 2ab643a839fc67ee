"""Signing in with a passkey; adding, renaming and removing them."""

import json
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from allauth.mfa.webauthn.views import LoginWebAuthnView
from django.contrib import messages
from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from console.errors import TooMany
from console.forms import attempt, posted
from console.http import Request, current
from console.pages.htmx import form_page
from console.reauthentication import fresh_sign_in, note_factor_added
from teams.sign_in import tries
from teams.sign_in.devices import device
from teams.sign_in.forms.factors import NewPasskeyForm, PasskeyNameForm
from teams.sign_in.queries import find_passkey
from teams.sign_in.services.factors import add_passkey, remove_factor, rename_passkey
from teams.sign_in.views.security import SECTION, added

# Seconds after which questions may be asked again.
ASK_AGAIN = 60


class PasskeySignIn(LoginWebAuthnView):  # type: ignore[misc] # allauth is not typed
    """django-allauth's, which counts no questions. Each is a session, and refused answers are counted where
    they are checked: who asks often keeps nobody behind the same address from answering.
    """

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        if not tries.may_ask_passkeys(request):
            raise TooMany("Too many questions to passkeys.", ASK_AGAIN)
        answer: HttpResponse = super().get(request, *args, **kwargs)
        return answer


@never_cache
@require_http_methods(["GET", "POST"])
@fresh_sign_in
def passkey_add(request: Request) -> HttpResponse:
    """The browser makes it while the form is sent."""
    form = NewPasskeyForm(posted(request), initial={"name": device(current.get().agent)})
    if request.method == "POST":
        made = attempt(form, lambda: _add(request, form))
        if made is not None:
            return added(request, f"Passkey {form.cleaned_data['name']}", made)
    question = auth.begin_registration(request.user, passwordless=True)
    context = SECTION | {"form": form, "question": json.dumps(question, cls=DjangoJSONEncoder)}
    return form_page(request, "teams/sign_in/passkey_form.html", context, invalid=form.is_bound)


def _add(request: Request, form: NewPasskeyForm) -> list[str]:
    keep = request.session.session_key
    made = add_passkey(actor=request.user, **form.cleaned_data, keep=keep)
    note_factor_added(request)
    return made


@never_cache
@require_http_methods(["GET", "POST"])
@fresh_sign_in
def passkey_rename(request: Request, passkey: int) -> HttpResponse:
    row = _own(request, passkey)
    form = PasskeyNameForm(posted(request), initial={"name": row.data["name"]})
    if request.method == "POST" and attempt(form, lambda: _rename(request, form, row)):
        messages.success(request, "Passkey renamed.")
        return redirect("teams:security")
    context = SECTION | {"form": form}
    return form_page(request, "teams/sign_in/passkey_name.html", context, invalid=form.is_bound)


def _rename(request: Request, form: PasskeyNameForm, row: Authenticator) -> bool:
    rename_passkey(actor=request.user, passkey=row, name=form.cleaned_data["name"])
    return True


@never_cache
@require_http_methods(["GET", "POST"])
@fresh_sign_in
def passkey_remove(request: Request, passkey: int) -> HttpResponse:
    row = _own(request, passkey)
    if request.method == "POST":
        remove_factor(actor=request.user, row=row, keep=request.session.session_key)
        messages.success(request, f"Passkey {row.data['name']} removed.")
        return redirect("teams:security")
    context = SECTION | {"thing": f"passkey {row.data['name']}", "kind": "Passkey"}
    return render(request, "teams/sign_in/factor_remove.html", context)


def _own(request: Request, passkey: int) -> Authenticator:
    row = find_passkey(request.user, passkey)
    if row is None:
        raise Http404
    return row
