"""The addresses of the API without their last slash."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

API = "/api/v1/"


def with_last_slash(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """A middleware: the same with or without it, whatever the method. A redirect would lose the body."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(API) and not request.path_info.endswith("/"):
            request.path_info += "/"
            request.path += "/"
        return get_response(request)

    return middleware
