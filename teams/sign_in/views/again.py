"""Giving the password, a code or a passkey again: django-allauth's pages, and a new key for the session."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.views import reauthenticate
from allauth.mfa.base.views import reauthenticate as reauthenticate_by_code
from allauth.mfa.webauthn.views import reauthenticate_webauthn
from django.http import HttpRequest
from django.http.response import HttpResponseBase

View = Callable[..., HttpResponseBase]


def _renews_key(view: View) -> View:
    """Give the session a new key with each fresh sign-in.

    Whoever had seen the key before could otherwise do from then on what takes a fresh sign-in.
    """

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **named: Any) -> HttpResponseBase:
        before = _records(request)
        response = view(request, *args, **named)
        if _records(request) != before:
            request.session.cycle_key()
        return response

    return answered


def _records(request: HttpRequest) -> list[Any]:
    return list(get_authentication_records(request, request.user))


by_password = _renews_key(reauthenticate)
by_code = _renews_key(reauthenticate_by_code)
by_passkey = _renews_key(reauthenticate_webauthn)
