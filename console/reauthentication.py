"""A fresh sign-in before what cannot be undone, or shows a secret.

It is by the password; where the account has a second factor that this session knows nothing of, by that.
"""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any, TypeVar, cast

from allauth.account.authentication import get_authentication_records
from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.login import record_authentication
from allauth.core.exceptions import ReauthenticationRequired
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from console.http import Visit

# The factors, as django-allauth calls them.
APP, PASSKEY = "totp", "webauthn"
# What a session records of a second factor, a recovery code among them: that it was used, or set up in it.
USED, ADDED = "mfa", "factor_added"
View = TypeVar("View", bound=Callable[..., HttpResponseBase | None])


def fresh_sign_in(view: View) -> View:
    """Ask for the password first, or for a second factor, unless it was given in the last minutes."""

    @wraps(view)
    def proven(request: HttpRequest, *args: Any, **named: Any) -> HttpResponseBase | None:
        if lacks_factor(request):
            raise ReauthenticationRequired
        return view(request, *args, **named)

    return cast("View", reauthentication_required(proven))


def lacks_factor(request: HttpRequest) -> bool:
    """Whether the account has a second factor, and none was used or set up in this session.

    Such a session was begun by the password alone, and whoever has begun it gets no further by that.
    """
    records = get_authentication_records(request, request.user)
    if any(record.get("method") in {USED, ADDED} for record in records):
        return False
    return bool(cast("Visit", request).user.factors() & {APP, PASSKEY})


def note_factor_added(request: HttpRequest) -> None:
    """Keep in the session that its owner has set up a second factor in it."""
    record_authentication(request, request.user, ADDED)


def take_presence(visit: Visit, request: HttpRequest) -> None:
    """Let services ask whoever is signed in for a fresh sign-in, by `Actor.prove_presence`."""
    visit.user.presence = partial(require_fresh_sign_in, request)


@fresh_sign_in
def require_fresh_sign_in(request: HttpRequest) -> None:
    """Raise `ReauthenticationRequired`, which leads to what is asked for, unless it was given lately.

    What was sent is kept in the session, and taken up again once that was given.
    """


def used_passkey(request: HttpRequest) -> bool:
    """Whether a passkey was used in this session: to sign in, as its second step, or for a fresh sign-in."""
    records = get_authentication_records(request, request.user)
    return any(record.get("type") == PASSKEY for record in records)
