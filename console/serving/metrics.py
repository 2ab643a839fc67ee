"""The page a Prometheus server reads the metrics from."""

import hmac
import os
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import REGISTRY

from console.measures import SHARED_FOLDER, STATE_FILE
from console.serving.endpoints import Bearer, FrontRequest, FrontResponse, Refused, error, methods


def _registry() -> CollectorRegistry:
    if SHARED_FOLDER not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    collect: Callable[[CollectorRegistry], object] = MultiProcessCollector  # its own has no types
    collect(registry)
    return registry


def _state() -> bytes:
    """The gauges, as they were last written; nothing before the first time."""
    try:
        return (Path(os.environ[SHARED_FOLDER]) / STATE_FILE).read_bytes()
    except (KeyError, FileNotFoundError):
        return b""


def _require_token(request: FrontRequest) -> None:
    presented = request.authorization
    expected = settings.ROSTER_METRICS_TOKEN.encode()
    if not isinstance(presented, Bearer) or not hmac.compare_digest(
        presented.token.encode(), expected
    ):
        scheme = (("WWW-Authenticate", "Bearer"),)
        raise Refused(401, "UNAUTHORIZED", "this needs the metrics token", scheme)


@methods("GET", anonymous=True)
def exposition(request: FrontRequest) -> FrontResponse:
    """Everything measured, for whoever has `ROSTER_METRICS_TOKEN`; 404 while that is empty."""
    if not settings.ROSTER_METRICS_TOKEN:
        return error(404, "NOT_FOUND", "metrics are switched off")
    _require_token(request)
    text = generate_latest(_registry()) + _state()
    return FrontResponse(200, text, content_type=CONTENT_TYPE_LATEST)
