"""Exceptions to HTTP, here alone; every error page carries the request's ID."""

import sqlite3
import sys
from collections.abc import Callable
from http import HTTPStatus

import structlog
from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    SuspiciousOperation,
    ValidationError,
)
from django.db import IntegrityError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.template import loader

from console.failures import Failures
from console.http import current

FASTER = "Another change came first. Go back, reload and try again."
RETRY_AFTER_SECONDS = 2

logger = structlog.get_logger("roster.error")
failures = Failures(logger)


class Conflict(Exception):
    """The change does not fit what is there now."""

    title = "Somebody was faster"


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
            "request_id": current.get().request_id,
            **context,
        },
        request,
    )
    response = HttpResponse(body, status=status)
    response["Cache-Control"] = "no-store"
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    # Django's own words about a suspicious request are for whoever runs it.
    said = "" if isinstance(exception, SuspiciousOperation) else words(exception)
    detail = said or "It is malformed, or larger than any form here."
    return page(request, 400, "That request was not understood", detail)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    # The words are the same for a missing and for a foreign thing.
    return page(request, 404, "Nothing here", "It does not exist, or you do not have access to it.")


def too_many(request: HttpRequest) -> HttpResponse:
    """What django-allauth answers past its limits: `handler429`."""
    return page(request, 429, "Too many tries", "Wait a few minutes, then try again.")


def server_error(request: HttpRequest) -> HttpResponse:
    """What Django answers for an exception that no page is for, whatever code it comes from."""
    fault = sys.exception()
    return unavailable(fault) if is_out_of_reach(fault) else _bare(500)


def is_out_of_reach(fault: BaseException | None) -> bool:
    """Whether the database is gone, hangs, or is locked by others for too long."""
    if not isinstance(fault, OperationalError | InterfaceError):
        return False
    # SQLite says in the same way that a table is missing, which is a fault of ours.
    return getattr(fault.__cause__, "sqlite_errorcode", None) != sqlite3.SQLITE_ERROR


def note_out_of_reach(fault: BaseException | None) -> None:
    """Log it, at most once a second."""
    failures.log("the database does not answer", reason=str(fault).partition("\n")[0])


def unavailable(fault: BaseException | None) -> HttpResponse:
    """The page while the database does not answer."""
    note_out_of_reach(fault)
    response = _bare(503)
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _bare(status: int) -> HttpResponse:
    # Without the request: what stands in every other page may be what is broken.
    body = loader.render_to_string(f"{status}.html", {"request_id": current.get().request_id})
    response = HttpResponse(body, status=status)
    response["Cache-Control"] = "no-store"
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
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
        case Http404() | PermissionDenied() | BadRequest():
            return None  # Django asks our handlers
        case _:
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
        return unavailable(exception) if is_out_of_reach(exception) else _answer(request, exception)
