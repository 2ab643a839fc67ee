"""My account → Sessions."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from console.http import Request
from teams.sign_in.queries import MOST_SESSIONS, find_session, sessions_of
from teams.sign_in.services.sessions import end_session, end_sessions


@require_GET
def session_list(request: Request) -> HttpResponse:
    """Where the person is signed in."""
    rows = sessions_of(request.user, request.session.session_key)
    context = {"sessions": rows, "is_cut": len(rows) == MOST_SESSIONS, "section": "sessions"}
    return render(request, "teams/sign_in/session_list.html", context)


@require_POST
def session_end(request: Request, session: UUID) -> HttpResponse:
    row = find_session(request.user, session)
    if row is None:
        raise Http404
    end_session(actor=request.user, session=row)
    messages.success(request, "That browser is signed out.")
    return redirect("teams:session-list")


@require_POST
def sessions_end(request: Request) -> HttpResponse:
    """Everywhere, here as well."""
    end_sessions(actor=request.user, user=request.user)
    logout(request)
    messages.success(request, "You are signed out everywhere.")
    return redirect("account_login")
