"""A fresh sign-in before what cannot be undone, or shows a secret."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar, cast

from allauth.account.authentication import get_authentication_records
from allauth.account.decorators import reauthentication_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from console.http import Visit

# What django-allauth calls one.
PASSKEY = "webauthn"
View = TypeVar("View", bound=Callable[..., HttpResponseBase | None])


def fresh_sign_in(view: View) -> View:
    """Ask for the password first, unless it was given in the last minutes."""
    return cast("View", reauthentication_required(view))


def take_presence(visit: Visit, request: HttpRequest) -> None:
    """Let services ask whoever is signed in for a fresh sign-in, by `Actor.prove_presence`."""
    visit.user.presence = partial(require_fresh_sign_in, request)


@fresh_sign_in
def require_fresh_sign_in(request: HttpRequest) -> None:
    """Raise `ReauthenticationRequired`, which leads to the password, unless it was given lately.

    What was sent is kept in the session, and taken up again once the password was given.
    """


def used_passkey(request: HttpRequest) -> bool:
    """Whether a passkey was used in this session: to sign in, as its second step, or for a fresh sign-in."""
    records = get_authentication_records(request, request.user)
    return any(record.get("type") == PASSKEY for record in records)
