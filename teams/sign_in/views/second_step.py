"""Leaving the second step of a sign-in, as whoever typed somebody else's address does."""

from allauth.account.internal.stagekit import clear_login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST


@login_not_required
@require_POST
def sign_in_anew(request: HttpRequest) -> HttpResponse:
    """Forget the password that was right; what else the session keeps, such as an invitation, stays."""
    clear_login(request)
    return redirect("account_login")
