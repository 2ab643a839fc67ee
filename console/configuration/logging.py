"""Logs: one JSON object a line on standard output, with the request's ID and without secrets."""

import logging.config
import time
from collections.abc import Callable
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse

from console.http import current

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")

logger = structlog.get_logger("roster.request")


def add_request(_: object, __: str, entry: dict[str, Any]) -> dict[str, Any]:
    """A structlog processor: the ID and address of the request that is being answered."""
    context = current.get()
    if context.request_id:
        entry["request_id"] = context.request_id
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
FORMATTER: dict[str, Any] = {
    "()": structlog.stdlib.ProcessorFormatter,
    "processor": structlog.processors.JSONRenderer(),
    "foreign_pre_chain": SHARED,
}
# The request line is `request_log`'s and failures are logged by console/errors.py. Django's own lines
# carry the path, and a path may carry a link's key; of a variable that a template does not find, its
# debug lines carry everything that the page was made of.
QUIET = ("django.request", "django.security.csrf", "django.template")


def _without_traceback(record: logging.LogRecord) -> bool:
    """A filter: what Django refuses as suspicious is the client's fault, and anybody can send it."""
    if record.name.startswith("django.security"):
        record.exc_info = None
    return True


def _output(stream: str) -> dict[str, Any]:
    name = f"ext://sys.{stream}"
    kind = "logging.StreamHandler"
    return {"class": kind, "stream": name, "formatter": "json", "filters": ["brief"]}


def logging_config(level: str, stream: str) -> None:
    """Send every logger, ours and the libraries', through one JSON formatter to standard output or error."""
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"json": FORMATTER},
            "filters": {"brief": {"()": lambda: _without_traceback}},
            "handlers": {"stream": _output(stream)},
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


def request_log(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: one line a request. It names the route, not the path: a path may carry a link's key."""

    def middleware(request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = get_response(request)
        match = request.resolver_match
        logger.info(
            "request",
            method=request.method,
            route=f"/{match.route}" if match else None,
            status=response.status_code,
            milliseconds=round((time.perf_counter() - started) * 1000, 1),
        )
        return response

    return middleware
