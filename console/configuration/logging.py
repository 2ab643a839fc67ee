"""Logs: one JSON object a line with the request's ID, or a line that a person reads; without secrets."""

import logging.config
import re
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import structlog
from django.http import HttpRequest, HttpResponse
from django.urls import ResolverMatch

from console import measures
from console.configuration.lines import JSON, TEXT, Text, takes_colour
from console.http import current

API = "/api/"
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")

logger = structlog.get_logger("roster.request")


def add_request(_: object, __: str, entry: dict[str, Any]) -> dict[str, Any]:
    """A structlog processor: the ID, trace and address of the request that is being answered."""
    context = current.get()
    if context.request_id:
        entry["request_id"] = context.request_id
        if context.traceparent:
            entry["trace_id"] = context.trace_id
        entry["address"] = context.address
    return entry


SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    add_request,
    structlog.processors.StackInfoRenderer(),
    structlog.processors.format_exc_info,
]
# The request line is `request_log`'s and failures are logged by console/errors.py. Django's own lines
# carry the path, and a path may carry a link's key; of a variable that a template does not find, its
# debug lines carry everything that the page was made of.
QUIET = ("django.request", "django.security.csrf", "django.template")


def _without_traceback(record: logging.LogRecord) -> bool:
    """A filter: what Django refuses as suspicious is the client's fault, and anybody can send it."""
    if record.name.startswith("django.security"):
        record.exc_info = None
    return True


def _for_programs(record: logging.LogRecord) -> bool:
    """A filter: for people the audit log is a page, and what is in it no second line beside the request's."""
    return record.name != "roster.audit" or record.levelno > logging.INFO


def _render_text(stream: str) -> Callable[[object, str, dict[str, Any]], str]:
    text = Text(coloured=takes_colour(stream))
    return lambda _, __, entry: text(entry)


def _formatter(form: str, stream: str) -> dict[str, Any]:
    return {
        "()": structlog.stdlib.ProcessorFormatter,
        "processor": structlog.processors.JSONRenderer() if form == JSON else _render_text(stream),
        "foreign_pre_chain": SHARED,
    }


def _output(form: str, stream: str) -> dict[str, Any]:
    return {
        "class": "console.configuration.lines.Output",
        "stream": f"ext://sys.{stream}",
        "formatter": form,
        "filters": ["brief", "programs"] if form == TEXT else ["brief"],
    }


def logging_config(level: str, stream: str, form: str) -> None:
    """Send every logger, ours and the libraries', to standard output or error, as JSON or as text."""
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {form: _formatter(form, stream)},
            "filters": {
                "brief": {"()": lambda: _without_traceback},
                "programs": {"()": lambda: _for_programs},
            },
            "handlers": {"stream": _output(form, stream)},
            "root": {"handlers": ["stream"], "level": level},
            "loggers": {name: {"level": "CRITICAL"} for name in QUIET},
        }
    )
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def open_path(match: ResolverMatch) -> str:
    """The address without what may be the key of a link: only names of organizations and projects, numbers,
    and UUIDs, none of which opens anything.
    """

    def shown(part: re.Match[str]) -> str:
        name = part["name"]
        value = match.kwargs.get(name)
        is_open = name in {"organization", "project"} or isinstance(value, (int, UUID))
        return str(value) if is_open and value is not None else f"<{name}>"

    route = re.sub(r"\(\?P<(?P<name>\w+)>[^)]*\)", r"<\g<name>>", match.route).replace("^", "")
    return "/" + re.sub(r"<(?:\w+:)?(?P<name>\w+)>", shown, route.removesuffix("$"))


def request_log(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: count each request, and log a line that names the route and what is no secret of the path:
    that may carry a link's key.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = get_response(request)
        took, match = time.perf_counter() - started, request.resolver_match
        route = f"/{match.route}" if match else None
        kind = "api" if request.path.startswith(API) else "page"
        measures.page_answered(kind, request.method or "", route or "", response.status_code, took)
        logger.info(
            "request",
            method=request.method,
            route=route,
            path=open_path(match) if match else None,
            status=response.status_code,
            milliseconds=round(took * 1000, 1),
        )
        return response

    return middleware
