"""The page a Prometheus server reads the metrics from."""

import hmac
import os
from collections.abc import Callable

from django.conf import settings
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import REGISTRY

from console.measures import SHARED_FOLDER
from console.serving.endpoints import Bearer, FrontRequest, FrontResponse, Refused, error, methods


def _registry() -> CollectorRegistry:
    if SHARED_FOLDER not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    collect: Callable[[CollectorRegistry], object] = MultiProcessCollector  # its own has no types
    collect(registry)
    return registry


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
    return FrontResponse(200, generate_latest(_registry()), content_type=CONTENT_TYPE_LATEST)
