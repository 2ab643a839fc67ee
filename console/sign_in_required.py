"""Pages need a signed-in person; a form that comes without one is not thrown away."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from console.errors import page
from console.resending import typed_into


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Django's, which leads to the sign-in; with a page of our own for a form that was typed meanwhile."""

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., Any],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        leads_away = super().process_view(request, view_func, view_args, view_kwargs)
        if leads_away is None or typed_into(request) is None:
            return leads_away
        detail = "Sign in in another tab, then send the form again from this page."
        return page(request, 403, "You are signed out", detail, is_signed_out=True)
