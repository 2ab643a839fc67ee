"""A fresh sign-in before what cannot be undone, or shows a secret."""

from collections.abc import Callable
from typing import TypeVar, cast

from allauth.account.decorators import reauthentication_required
from django.http.response import HttpResponseBase

View = TypeVar("View", bound=Callable[..., HttpResponseBase | None])


def fresh_sign_in(view: View) -> View:
    """Ask for the password first, unless it was given in the last minutes."""
    return cast("View", reauthentication_required(view))
