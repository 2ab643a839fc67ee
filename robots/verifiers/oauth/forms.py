"""What the OAuth endpoints are asked, and how they refuse: a form, and the errors of RFC 6749, 5.2."""

from collections.abc import Callable, Mapping
from typing import Concatenate, ParamSpec, TypeVar
from urllib.parse import parse_qs

from console.serving.endpoints import (
    FrontRequest,
    FrontResponse,
    Headers,
    json_response,
)

FORM = "application/x-www-form-urlencoded"
MAX_FIELDS = 50
INVALID = "invalid_request"
# What RFC 6749, 5.1 wants beside the front's own `Cache-Control: no-store`.
NOT_KEPT: Headers = (("Pragma", "no-cache"),)

Fields = Mapping[str, str]
More = ParamSpec("More")
Found = TypeVar("Found")


class Fault(Exception):
    """The request ends here with an error of RFC 6749."""

    def __init__(self, status: int, error: str, message: str, headers: Headers = ()) -> None:
        super().__init__(message)
        self.status, self.error, self.message, self.headers = status, error, message, headers


def answering(
    call: Callable[Concatenate[FrontRequest, Fields, More], Found],
) -> Callable[Concatenate[FrontRequest, More], Found | FrontResponse]:
    """Give a handler its parameters, and say its faults in OAuth's words."""

    def answer(
        request: FrontRequest, /, *more: More.args, **named: More.kwargs
    ) -> Found | FrontResponse:
        try:
            return call(request, _fields(request), *more, **named)
        except Fault as fault:
            document = {"error": fault.error, "error_description": fault.message}
            return json_response(fault.status, document, (*NOT_KEPT, *fault.headers))

    return answer


def needed(fields: Fields, name: str) -> str:
    """A parameter that has to be there."""
    if name not in fields:
        raise Fault(400, INVALID, f"{name} is missing")
    return fields[name]


def _fields(request: FrontRequest) -> Fields:
    """The parameters, each at most once; one without a value counts as not sent (RFC 6749, 3.2).

    They come in the body alone: an address is written down on its way.
    """
    if request.content_type != FORM:
        raise Fault(400, INVALID, f"the body has to be {FORM}")
    if request.query:
        raise Fault(400, INVALID, "parameters belong into the body alone")
    values = _parsed(request.body)
    if any(len(several) > 1 for several in values.values()):
        raise Fault(400, INVALID, "a parameter came more than once")
    return {name: value for name, [value] in values.items() if value}


def _parsed(body: bytes) -> dict[str, list[str]]:
    try:
        text = body.decode("ascii")
        values = parse_qs(text, keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
    except ValueError as fault:
        raise Fault(400, INVALID, "the parameters cannot be read") from fault
    if not all(text.isprintable() for several in values.values() for text in several):
        raise Fault(400, INVALID, "a parameter has characters that nobody can see")
    return values
