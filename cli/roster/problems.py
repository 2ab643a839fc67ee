"""Errors of the API (RFC 9457) as sentences that say what to do next."""

import os
from typing import Any

import httpx

from roster.errors import Refused, Repeated

Problem = dict[str, Any]


def refusal(response: httpx.Response, *, was_repeated: bool) -> Refused:
    """The failure that an error answer becomes."""
    problem = _problem(response)
    sentence = SENTENCES.get(response.status_code, _other)
    kind = Repeated if was_repeated and problem.get("location") else Refused
    return kind(sentence(problem, response), response.status_code, problem)


def _problem(response: httpx.Response) -> Problem:
    try:
        found = response.json()
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _said(problem: Problem, otherwise: str) -> str:
    """The answer's own words, without a full stop: more may follow."""
    return str(problem.get("detail") or problem.get("title") or otherwise).rstrip(". ")


def _listed(problem: Problem, name: str) -> list[Any]:
    found = problem.get(name)
    return found if isinstance(found, list) else []


def _unauthorized(problem: Problem, _: httpx.Response) -> str:
    if os.environ.get("ROSTER_TOKEN"):
        return "the server does not accept the token in ROSTER_TOKEN; it may have ended"
    return (
        "the server does not accept this token; it may have ended."
        " Run `roster login -a ORGANIZATION`"
    )


def _forbidden(problem: Problem, _: httpx.Response) -> str:
    said = _said(problem, "you may not do that")
    permission, owners = problem.get("permission"), _listed(problem, "owners")
    if permission and str(permission) not in said:
        said = f"{said}: it takes {permission}"
    if owners and not all(str(one) in said for one in owners):
        said = f"{said}; {' or '.join(str(one) for one in owners)} can give it"
    return said


def _not_found(problem: Problem, response: httpx.Response) -> str:
    said = _said(problem, "not found, or not for you to see")
    return f"{said}: {response.request.url.path}"


def _conflict(problem: Problem, response: httpx.Response) -> str:
    said = _said(problem, "somebody was faster, or it is there already")
    errors = _by_field(problem, said)
    where = problem.get("location") or response.headers.get("Location")
    said = f"{said}: {errors}" if errors and errors not in said else said
    return f"{said} ({where})" if where and str(where) not in said else said


def _invalid(problem: Problem, _: httpx.Response) -> str:
    return _by_field(problem) or _said(problem, "the server does not accept these values")


def _by_field(problem: Problem, said: str = "") -> str:
    """The errors of fields, but for what was said already."""
    errors = [one for one in _listed(problem, "errors") if isinstance(one, dict)]
    return "; ".join(_one(error) for error in errors if _message(error) != said)


def _one(error: dict[str, Any]) -> str:
    message = _message(error)
    field = error.get("field")
    return f"{field}: {message}" if field and field != "__all__" else message


def _message(error: dict[str, Any]) -> str:
    return str(error.get("message", "")).rstrip(". ")


def _unreadable(problem: Problem, response: httpx.Response) -> str:
    said = _said(problem, "the server cannot read this request")
    errors = _by_field(problem, said)
    return f"{said}: {errors}" if errors and errors not in said else said


def _too_many(problem: Problem, response: httpx.Response) -> str:
    wait = response.headers.get("Retry-After")
    when = f"in {wait} seconds" if wait else "later"
    return f"too many requests; try again {when}"


def _other(problem: Problem, response: httpx.Response) -> str:
    status = response.status_code
    if status < 500:
        return _unreadable(problem, response)
    number = problem.get("request_id") or response.headers.get("X-Request-ID")
    request = f" (request {number})" if number else ""
    return f"the server failed with {status}{request}; try again, or tell who runs it"


SENTENCES = {
    400: _unreadable,
    401: _unauthorized,
    403: _forbidden,
    404: _not_found,
    409: _conflict,
    422: _invalid,
    429: _too_many,
}
