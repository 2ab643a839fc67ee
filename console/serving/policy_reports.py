"""What browsers report: that a page of ours wanted what its policy forbids (CSP 3, 5.3)."""

import json
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.urls import Resolver404, resolve

from console.configuration.logging import open_path
from console.failures import Failures
from console.serving.endpoints import FrontRequest, FrontResponse, Refused, json_response, methods

REPORT = "application/csp-report"
LONGEST = 200

# Anybody can send one, as often as they like: a line a second says that something is wrong.
reports = Failures(structlog.get_logger("roster.policy"), "warning")


def _read(request: FrontRequest) -> dict[str, Any]:
    if request.content_type != REPORT:
        raise Refused(415, "UNSUPPORTED", f"a report is {REPORT}")
    try:
        report = json.loads(request.body)["csp-report"]
    except (ValueError, LookupError, TypeError, RecursionError) as fault:
        raise Refused(400, "UNSUPPORTED", "this is no report") from fault
    if not isinstance(report, dict):
        raise Refused(400, "UNSUPPORTED", "this is no report")
    return report


def _text(report: dict[str, Any], name: str) -> str:
    value = report.get(name)
    return value[:LONGEST] if isinstance(value, str) else ""


def _page(address: str) -> str:
    """Which page it was, without what may be the key of a link."""
    try:
        return open_path(resolve(urlsplit(address).path))
    except (Resolver404, ValueError):
        return ""


def _host(address: str) -> str:
    """Whom the page wanted something of; `inline` and the like are no addresses."""
    try:
        return urlsplit(address).netloc or address.partition(":")[0]
    except ValueError:
        return ""


@methods("POST", most_body=16 * 1024)
def take(request: FrontRequest) -> FrontResponse:
    """Log the page, the rule and the host; nothing else of it is believed or kept."""
    report = _read(request)
    reports.log(
        "a page wanted what its policy forbids",
        page=_page(_text(report, "document-uri")),
        rule=_text(report, "effective-directive") or _text(report, "violated-directive"),
        wanted=_host(_text(report, "blocked-uri")),
    )
    return json_response(200, {})
