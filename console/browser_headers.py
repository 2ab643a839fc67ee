"""What every answer of Django tells browsers besides Django's own headers; of the front's,
`console.serving.calling` tells it.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


def _ends_session(response: HttpResponse) -> bool:
    """Whether it takes the session's cookie back, as at the sign-out and where a session is over."""
    cookie = response.cookies.get(settings.SESSION_COOKIE_NAME)
    return cookie is not None and not cookie.value


def browser_headers(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: all that browsers are told with every answer, and to forget pages when a session ends.

    The latter is for what `no-store` does not reach: pages that a browser keeps alive for its Back button.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        for name, value in settings.BROWSER_HEADERS.items():
            response.headers.setdefault(name, value)
        if _ends_session(response):
            response["Clear-Site-Data"] = '"cache"'
        return response

    return middleware
