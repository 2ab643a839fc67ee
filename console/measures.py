"""What is measured, as Prometheus metrics; several worker processes add up in one page."""

from prometheus_client import Counter, Histogram

REQUESTS = Counter(
    "roster_requests", "Requests answered ahead of Django.", ["route", "status"]
)  # fmt: skip
LATENCY = Histogram(
    "roster_request_seconds",
    "How long the front took to answer.",
    ["route"],
    buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5),
)
DECISIONS = Counter(
    "roster_authentications", "Credentials presented, by what became of them.",
    ["verifier", "outcome"],
)  # fmt: skip
USAGE_DROPPED = Counter(
    "roster_usage_dropped", "Uses not counted because too many waited to be written."
)
USAGE_FLUSHES = Counter("roster_usage_flushes", "Attempts to write usage down.", ["result"])


def observe(route: str, status: int, seconds: float) -> None:
    """Count one answer of the front."""
    REQUESTS.labels(route, str(status)).inc()
    LATENCY.labels(route).observe(seconds)
