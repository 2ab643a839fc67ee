"""Answers to requests that neither a verifier nor a page gets to see, in the form that each caller reads."""

import functools
import json
from http import HTTPStatus

from csp.utils import build_policy
from django.conf import settings
from django.template import loader

from console.configuration.browser_rules import PROGRAMS_POLICY
from console.http import new_request_id
from console.serving.answers import Answer
from console.serving.calling import FIXED_HEADERS
from console.serving.endpoints import error
from console.serving.heads import Head

API, VERIFIERS = "/api/", "/service/"
PROBLEM = "application/problem+json"
PAGE = "text/html; charset=utf-8"


def refuse(
    head: Head,
    status: HTTPStatus,
    title: str,
    detail: str,
    headers: tuple[tuple[str, str], ...] = (),
) -> Answer:
    """A page; a problem document (RFC 9457) below `/api/`; a registry's error below `/service/`."""
    request_id = new_request_id()
    body, kind = _body(head.target, status, title, detail, request_id)
    varying = {
        "Cache-Control": "no-store",
        "Content-Type": kind,
        "Content-Length": str(len(body)),
        "X-Request-ID": request_id,
        "Content-Security-Policy": build_policy() if kind == PAGE else PROGRAMS_POLICY,
        **dict(headers),
    }
    if settings.HSTS:
        varying["Strict-Transport-Security"] = settings.HSTS
    kept = [pair for pair in FIXED_HEADERS if pair[0].decode() not in varying]
    encoded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in varying.items()]
    return Answer(status, [*kept, *encoded], body, has_body=head.method != "HEAD")


def _body(
    target: str, status: HTTPStatus, title: str, detail: str, request_id: str
) -> tuple[bytes, str]:
    if target.startswith(API):
        problem = {"type": "about:blank", "title": title, "status": status, "detail": detail}
        return json.dumps(problem | {"request_id": request_id}).encode(), PROBLEM
    if target.startswith(VERIFIERS):
        response = error(status, status.name, detail)
        return response.body, response.content_type
    return _page(status, title, detail), PAGE


@functools.lru_cache(maxsize=32)
def _page(status: HTTPStatus, title: str, detail: str) -> bytes:
    """Made once: while threads are short there is no time for templates."""
    context = {"status": int(status), "title": title, "detail": detail}
    return loader.render_to_string("refused.html", context).encode()
