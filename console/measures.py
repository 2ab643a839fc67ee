"""What is measured, as Prometheus metrics; several worker processes add up in one page."""

import functools
import os
from collections.abc import Callable

from prometheus_client import Counter, Histogram, values

from console.measure_files import MeasureFile

# prometheus_client's own variable: where the processes of one server keep their counts.
SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"

if SHARED_FOLDER in os.environ:
    # The one that its values look up.
    values.MmapedDict = MeasureFile  # type: ignore[attr-defined,assignment] # not exported
    # It asks for the process id at every count. A worker never forks after this.
    _shared: Callable[[Callable[[], int]], type] = values.MultiProcessValue  # its own has no types
    values.ValueClass = _shared(functools.cache(os.getpid))

REQUESTS = Counter("roster_requests", "Requests answered ahead of Django.", ["route", "status"])
LATENCY = Histogram(
    "roster_request_seconds",
    "How long the front took to answer.",
    ["route"],
    buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5),
)
DECISIONS = Counter(
    "roster_authentications",
    "Credentials presented, by what became of them.",
    ["verifier", "outcome"],
)
NOT_TAKEN = Counter(
    "roster_answers_not_taken", "Answers given up because the client did not take them."
)
USAGE_DROPPED = Counter(
    "roster_usage_dropped", "Uses not counted because too many waited to be written."
)
USAGE_FLUSHES = Counter("roster_usage_flushes", "Attempts to write usage down.", ["result"])
SIGN_INS = Counter("roster_sign_ins", "Attempts to sign in, by what came of them.", ["outcome"])
REGISTRY_EVENTS = Counter(
    "roster_registry_events", "Events that registries told of, by what came of them.", ["outcome"]
)
JOB_RUNS = Counter("roster_job_runs", "Periodic jobs, by what came of them.", ["job", "result"])


_requests = functools.cache(REQUESTS.labels)
_latency = functools.cache(LATENCY.labels)
_decisions = functools.cache(DECISIONS.labels)


def observe(route: str, status: int, seconds: float) -> None:
    """Count one answer of the front."""
    _requests(route, str(status)).inc()
    _latency(route).observe(seconds)


def decided(verifier: str, outcome: str) -> None:
    """Count one credential that was presented."""
    _decisions(verifier, outcome).inc()
