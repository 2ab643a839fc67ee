"""Verifiers and pages behind one WSGI application: what the product's threads do, without its server."""

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from django.core.wsgi import get_wsgi_application

from console.serving import calling, endpoints
from console.serving.heads import Head

Environ = dict[str, Any]
Wsgi = Callable[[Environ, Any], Iterable[bytes]]


def head_of(environ: Environ) -> Head:
    """The head of a request that an environment describes."""
    headers = {
        name.removeprefix("HTTP_").replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_") or name in {"CONTENT_TYPE", "CONTENT_LENGTH"}
    }
    return Head(
        environ["REQUEST_METHOD"],
        environ["PATH_INFO"],
        environ.get("QUERY_STRING", ""),
        environ["REMOTE_ADDR"],
        headers,
    )


def mount(pages: Wsgi) -> Wsgi:
    """`pages` with the front's routes ahead of it."""
    handlers = endpoints.routes()

    def application(environ: Environ, start_response: Any) -> Iterable[bytes]:
        handler = endpoints.handler_at(handlers, environ["PATH_INFO"])
        if handler is None:
            return pages(environ, start_response)
        head = head_of(environ)
        caller = calling.caller_of(handler, head)
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        answer = calling.answer(handler, head, body, caller)
        status = HTTPStatus(answer.status)
        start_response(
            f"{status.value} {status.phrase}",
            [(name.decode("latin-1"), value.decode("latin-1")) for name, value in answer.headers],
        )
        return [answer.body if answer.has_body else b""]

    return application


application = mount(get_wsgi_application())
