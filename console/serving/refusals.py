"""Answers to requests that neither a verifier nor a page gets to see, in the form that each caller reads."""

import functools
import json
from http import HTTPStatus

from csp.utils import build_policy
from django.conf import settings
from django.template import loader

from console import measures
from console.configuration.browser_rules import PROGRAMS_POLICY
from console.correlation import trace_id_of
from console.serving.answers import Answer
from console.serving.calling import FIXED_HEADERS, names_of
from console.serving.endpoints import error
from console.serving.heads import Head

API, VERIFIERS = "/api/", "/service/"
PROBLEM = "application/problem+json"
PAGE = "text/html; charset=utf-8"
# What stands in a page that was made before in the place of what the request is called.
PLACES = {"request_id": "the-request-id", "trace_id": "the-trace-id"}


def refuse(
    head: Head,
    status: HTTPStatus,
    title: str,
    detail: str,
    headers: tuple[tuple[str, str], ...] = (),
    names: dict[str, str] | None = None,
) -> Answer:
    """A page; a problem document (RFC 9457) below `/api/`; a registry's error below `/service/`.

    `names` are `logged_names`, where a line of the log has them already.
    """
    measures.REFUSED_AHEAD.labels(str(int(status))).inc()
    names = names or logged_names(head)
    body, kind = _body(head.target, status, title, detail, names)
    varying = {
        "Cache-Control": "no-store",
        "Content-Type": kind,
        "Content-Length": str(len(body)),
        "X-Request-ID": names["request_id"],
        "Content-Security-Policy": build_policy() if kind == PAGE else PROGRAMS_POLICY,
        **dict(headers),
    }
    if settings.HSTS:
        varying["Strict-Transport-Security"] = settings.HSTS
    kept = [pair for pair in FIXED_HEADERS if pair[0].decode() not in varying]
    encoded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in varying.items()]
    return Answer(status, [*kept, *encoded], body, has_body=head.method != "HEAD")


def logged_names(head: Head) -> dict[str, str]:
    """What lines of the log about a request say of it that nobody has begun to answer."""
    request_id, known = names_of(head)
    trace_id = trace_id_of(known.traceparent)
    return {"request_id": request_id} | ({"trace_id": trace_id} if trace_id else {})


def _body(
    target: str, status: HTTPStatus, title: str, detail: str, names: dict[str, str]
) -> tuple[bytes, str]:
    if target.startswith(API):
        problem = {"type": "about:blank", "title": title, "status": status, "detail": detail}
        return json.dumps(problem | names).encode(), PROBLEM
    if target.startswith(VERIFIERS):
        response = error(status, status.name, detail)
        return response.body, response.content_type
    page = _page(status, title, detail, has_trace="trace_id" in names)
    for name, value in names.items():
        page = page.replace(PLACES[name].encode(), value.encode())
    return page, PAGE


@functools.lru_cache(maxsize=32)
def _page(status: HTTPStatus, title: str, detail: str, *, has_trace: bool) -> bytes:
    """Made once, with places for what differs: while threads are short there is no time for templates."""
    names = PLACES if has_trace else {"request_id": PLACES["request_id"]}
    context = {"status": int(status), "title": title, "detail": detail}
    return loader.render_to_string("refused.html", context | names).encode()
