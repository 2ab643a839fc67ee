"""Exceptions to `application/problem+json` (RFC 9457): what `console.errors` is for pages."""

import json
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from typing import Any

import structlog
from allauth.core.exceptions import ReauthenticationRequired
from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    SuspiciousOperation,
    ValidationError,
)
from django.db import IntegrityError
from django.http import Http404, HttpResponse
from rest_framework import exceptions as rest
from rest_framework.fields import get_error_detail

from console.errors import (
    RETRY_AFTER_SECONDS,
    Conflict,
    TooMany,
    cause,
    is_passing,
    note_passing,
    words,
)
from console.http import current

CONTENT_TYPE = "application/problem+json"
# The codes of what another row has already.
DUPLICATE = {"unique", "unique_together"}
# What Django and the framework call errors that belong to no field.
OF_ALL = {"__all__", "non_field_errors"}

logger = structlog.get_logger("roster.api")


class NotUnderstood(rest.ParseError):
    """400: fields or filters that do not exist, or values of a filter that cannot be. `errors` by field."""

    def __init__(self, errors: list[dict[str, str]]) -> None:
        super().__init__("Part of the request was not understood. Nothing was changed.")
        self.errors = errors


class TooLarge(rest.APIException):
    """413: a body larger than anything here takes."""

    status_code = 413
    default_detail = "The body is larger than anything this address takes."


class Elsewhere(Conflict):
    """409: what was asked for is there already, at `location` (a path)."""

    title = "It is there already"

    def __init__(self, detail: str, location: str) -> None:
        super().__init__(detail)
        self.location = location


def problem(status: int, title: str, detail: str, **members: object) -> HttpResponse:
    """A problem document; `members` beyond the standard ones are left out when empty."""
    context = current.get()
    members["trace_id"] = context.trace_id
    document = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "request_id": context.request_id,
        **{name: value for name, value in members.items() if value},
    }
    return HttpResponse(json.dumps(document), status=status, content_type=CONTENT_TYPE)


def handle(error: Exception, context: dict[str, Any]) -> HttpResponse:
    """The framework's `EXCEPTION_HANDLER`, but for what needs to know people."""
    match error:
        case rest.APIException():
            return _of_framework(error)
        case ValidationError():
            return _of_refusal(error)
        case Conflict():
            return _of_conflict(error)
        case IntegrityError():
            logger.warning("conflict", error=type(error).__name__)
            return problem(409, "Somebody was faster", "Another change came first. Try again.")
        case TooMany():
            return _later(problem(429, "Too many tries", str(error)), error.retry_after)
    return _of_django(error)


def _of_refusal(error: ValidationError) -> HttpResponse:
    """A field that cannot be saved so (422), or a duplicate of what is there (409)."""
    found = list(_flat(get_error_detail(error)))
    if all(text.code in DUPLICATE for _, text in found):
        return problem(409, "It is there already", words(error), errors=_named(found))
    return problem(422, "That cannot be saved", words(error), errors=_named(found))


def _of_conflict(error: Conflict) -> HttpResponse:
    location = getattr(error, "location", "")
    answer = problem(409, error.title, str(error), location=location)
    if location:
        answer["Location"] = location
    return answer


def _later(answer: HttpResponse, seconds: float) -> HttpResponse:
    answer["Retry-After"] = str(int(seconds))
    return answer


def out_of_reach(error: Exception) -> HttpResponse:
    """503 while the database does not answer, or there is no memory."""
    note_passing(error)
    # The answer to the last word of a change may have got lost.
    detail = f"{cause(error)}. A change may have been made or not; with its Idempotency-Key it is made once."
    return _later(problem(503, "Not available", detail), RETRY_AFTER_SECONDS)


def _of_django(error: Exception) -> HttpResponse:
    if is_passing(error):
        return out_of_reach(error)
    match error:
        case Http404():
            detail = "It does not exist, or you do not have access to it."
            return problem(404, "Nothing here", detail)
        case ReauthenticationRequired():
            detail = (
                "This takes a password given just now: sign in again, then do it within minutes."
            )
            return problem(403, "Sign in again", detail)
        case PermissionDenied():
            return problem(403, "You may not do this", words(error) or "You may not do this.")
        case BadRequest() | SuspiciousOperation():
            return _not_understood(error)
    logger.error("failure", exc_info=error)
    return problem(500, "Something went wrong", "The log of the server says what, by request ID.")


def _not_understood(error: BadRequest | SuspiciousOperation) -> HttpResponse:
    # Django's own words about a suspicious request are for whoever runs it.
    general = "It is malformed, or larger than anything this address takes."
    detail = words(error) if isinstance(error, BadRequest) else general
    return problem(400, "That request was not understood", detail)


def _of_framework(error: rest.APIException) -> HttpResponse:
    if isinstance(error, rest.ValidationError):
        errors = _named(_flat(error.detail))
        return problem(422, "That cannot be saved", _sentence(errors), errors=errors)
    detail = error.detail if isinstance(error.detail, str) else "The request was not understood."
    title = HTTPStatus(error.status_code).phrase.capitalize()
    members = {"errors": error.errors} if isinstance(error, NotUnderstood) else {}
    answer = problem(error.status_code, title, detail, **members)
    if header := getattr(error, "auth_header", None):
        answer["WWW-Authenticate"] = header
    wait = getattr(error, "wait", None)
    return _later(answer, wait) if wait else answer


def _sentence(errors: list[dict[str, str]]) -> str:
    return " ".join(
        f"{it['field']}: {it['message']}" if it["field"] else it["message"] for it in errors
    )


def _flat(detail: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, rest.ErrorDetail]]:  # noqa: ANN401 - nested as it comes
    """Each message with the path of its field: `grants.0.project`."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _flat(inner, path if name in OF_ALL else (*path, str(name)))
    elif isinstance(detail, list):
        for index, inner in enumerate(detail):
            nested = isinstance(inner, dict | list)
            yield from _flat(inner, (*path, str(index)) if nested else path)
    else:
        yield ".".join(path), detail


def _named(found: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"field": field, "message": message} for field, message in found]
