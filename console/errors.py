"""Exceptions to HTTP, here alone; every error page carries the request's ID."""

import sys
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlencode

import structlog
from allauth.core.exceptions import ImmediateHttpResponse, ReauthenticationRequired
from django.conf import settings
from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    SuspiciousOperation,
    ValidationError,
)
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template import loader
from django.urls import reverse
from django.utils.module_loading import import_string

from console import measures
from console.databases.faults import first_line, is_out_of_reach
from console.failures import Failures
from console.http import current
from console.resending import Typed, typed_into

FASTER = "Another change came first. Go back, reload and try again."
RETRY_AFTER_SECONDS = 2
# What the API answers instead of a page; by dotted path, because it builds on this module.
API, PROBLEM = "/api/", "console.api.problems.out_of_reach"
# After these, the same form may do: it had expired, came too early, or somebody has to allow it.
SENT_AGAIN = {403, 409, 429}

# Django asks our handlers for a page about the first ones; django-allauth's middleware answers the others.
ANSWERED_BY_OTHERS = (
    *(Http404, PermissionDenied, BadRequest, SuspiciousOperation),
    *(ReauthenticationRequired, ImmediateHttpResponse),
)

logger = structlog.get_logger("roster.error")
failures = Failures(logger)


class Conflict(Exception):
    """The change does not fit what is there now.

    A form that runs into it is shown again with what was typed (`console.forms.attempt`), but for a kind
    that its view has an answer of its own for.
    """

    title = "Somebody was faster"
    keeps_form = True


class TooMany(Exception):
    """Too many tries; says after how many seconds to come back."""

    def __init__(self, detail: str, retry_after: int) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


def page(
    request: HttpRequest, status: int, title: str, detail: str, **context: object
) -> HttpResponse:
    """The error page of `status`, from `templates/<status>.html`."""
    body = loader.render_to_string(
        f"{status}.html",
        {
            "status": status,
            "title": title,
            "detail": detail,
            **_names(),
            "typed": typed_into(request) if status in SENT_AGAIN else None,
            **context,
        },
        request,
    )
    response = HttpResponse(body, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _names() -> dict[str, str]:
    """What whoever reports the error can tell of the request."""
    context = current.get()
    return {"request_id": context.request_id, "trace_id": context.trace_id}


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    # Django's own words about a suspicious request are for whoever runs it.
    said = "" if isinstance(exception, SuspiciousOperation) else words(exception)
    detail = said or "It is malformed, or larger than any form here."
    return page(request, 400, "That request was not understood", detail)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    # The words are the same for a missing and for a foreign thing.
    return page(request, 404, "Nothing here", "It does not exist, or you do not have access to it.")


def too_many(request: HttpRequest) -> HttpResponse:
    """What django-allauth answers past its limits, all of them of a minute: `handler429`."""
    return _too_many(request, TooMany("Wait a minute, then try again.", 60))


def server_error(request: HttpRequest) -> HttpResponse:
    """What Django answers for an exception that no page is for, whatever code it comes from."""
    fault = sys.exception()
    if not is_passing(fault):
        return _bare(500)
    if request.path.startswith(API):
        answer: HttpResponse = import_string(PROBLEM)(fault)
        return answer
    return unavailable(request, fault)


def is_passing(fault: BaseException | None) -> bool:
    """Whether it comes from what Roster stands on, and is over by itself."""
    return isinstance(fault, MemoryError) or is_out_of_reach(fault)


def cause(fault: BaseException | None) -> str:
    """What such a fault comes from, as everybody may know it."""
    return (
        "There is no memory left"
        if isinstance(fault, MemoryError)
        else "The database does not answer"
    )


def note_passing(fault: BaseException | None) -> None:
    """Count it, and log it at most once a second."""
    if is_out_of_reach(fault):
        measures.DATABASE_FAILURES.inc()
    what = cause(fault)
    failures.log(what[0].lower() + what[1:], reason=first_line(fault))


def unavailable(request: HttpRequest, fault: BaseException | None) -> HttpResponse:
    """The page while the database does not answer, or there is no memory."""
    note_passing(fault)
    response = _bare(503, typed_into(request), cause(fault))
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _bare(status: int, typed: Typed | None = None, reason: str = "") -> HttpResponse:
    # Without the request: what stands in every other page may be what is broken.
    context = {**_names(), "typed": typed, "cause": reason}
    body = loader.render_to_string(f"{status}.html", context)
    response = HttpResponse(body, status=status)
    response["Cache-Control"] = "no-store"
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Whoever signs in where they have meanwhile signed in, in another tab, is sent on."""
    if request.user.is_authenticated and request.path == reverse(settings.LOGIN_URL):
        following = request.POST.get("next") or request.GET.get("next")
        return redirect(f"{request.path}?{urlencode({'next': following})}" if following else "/")
    return page(
        request,
        403,
        "This form has expired",
        "Nothing was changed. Go back, reload the page and send the form again.",
    )


def words(exception: Exception | None) -> str:
    if isinstance(exception, ValidationError):
        return " ".join(exception.messages)
    return str(exception) if exception and exception.args else ""


def _too_many(request: HttpRequest, error: TooMany) -> HttpResponse:
    answer = page(request, 429, "Too many tries", str(error), retry_after=error.retry_after)
    answer["Retry-After"] = str(error.retry_after)
    return answer


def _answer(request: HttpRequest, error: Exception) -> HttpResponse | None:
    match error:
        case Conflict():
            return page(request, 409, error.title, str(error))
        case IntegrityError():
            logger.warning("conflict", error=type(error).__name__)
            return page(request, 409, "Somebody was faster", FASTER)
        case TooMany():
            return _too_many(request, error)
        case ValidationError():
            return page(request, 422, "That cannot be saved", words(error))
        case _:
            if not isinstance(error, ANSWERED_BY_OTHERS):
                logger.error("failure", exc_info=error)
            return None


class error_pages:  # noqa: N801 - a middleware, named like the others
    """Middleware: turn our exceptions into pages and log what nobody expected."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_page = response.get("Content-Type", "").startswith("text/html")
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or not is_page:
            return response
        answer = page(request, 405, "That cannot be done here", "It answers other requests only.")
        answer["Allow"] = response["Allow"]
        return answer

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if is_passing(exception):
            return unavailable(request, exception)
        return _answer(request, exception)
