"""Middleware: what would change something is asked to come again while no changes are taken."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from console.api.paths import API
from console.api.problems import problem
from console.errors import page
from console.read_only import TITLE, ReadOnly, require_changes_taken
from console.resending import typed_into

READING = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
# What leaves nothing behind that could be lost, or shows once more what somebody has on their page.
GOES_ON = frozenset(
    {
        "account_logout",
        "console:theme",
        "robots:token-download",
        "robots:personal-token-download",
        "robots:handover-download",
    }
)


class ReadOnlyMiddleware:
    """Asks the database at each request that may change something, so that it counts from the next one on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., Any],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        match = request.resolver_match
        if request.method in READING or (match is not None and match.view_name in GOES_ON):
            return None
        try:
            require_changes_taken()
        except ReadOnly as fault:
            return _answer(request, fault)
        return None


def _answer(request: HttpRequest, fault: ReadOnly) -> HttpResponse:
    until = fault.maintenance.until.isoformat()
    if request.path.startswith(API):
        answer = problem(503, TITLE, f"{fault} Nothing was changed.", until=until)
    else:
        detail = f"{fault} Nothing was changed. What robot accounts do goes on."
        answer = page(request, 503, TITLE, detail, typed=typed_into(request))
    answer["Retry-After"] = str(fault.retry_after)
    return answer
