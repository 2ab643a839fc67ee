"""What is measured, as Prometheus metrics; several worker processes add up in one page."""

import functools
import os
from collections.abc import Callable

from prometheus_client import Counter, Histogram, values

from console.measure_files import MeasureFile

# prometheus_client's own variable: where the processes of one server keep their counts.
SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
# In that folder: gauges of the whole installation, as `console.monitoring` last wrote them.
STATE_FILE = "state.prom"

if SHARED_FOLDER in os.environ:
    # The one that its values look up.
    values.MmapedDict = MeasureFile  # type: ignore[attr-defined,assignment] # not exported
    # It asks for the process id at every count. A worker never forks after this.
    _shared: Callable[[Callable[[], int]], type] = values.MultiProcessValue  # its own has no types
    values.ValueClass = _shared(functools.cache(os.getpid))

REQUESTS = Counter("roster_requests", "Requests answered ahead of Django.", ["route", "status"])
PAGES = Counter(
    "roster_page_requests",
    "Requests that Django answered; `route` is a pattern, empty for addresses that there are not.",
    ["kind", "method", "route", "status"],
)
PAGE_SECONDS = Histogram(
    "roster_page_seconds",
    "How long Django took to answer, without waiting for a thread.",
    ["kind"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
REFUSED_AHEAD = Counter(
    "roster_refused_requests", "Requests refused ahead of Django and of verifiers.", ["status"]
)
OVERLOADED = Counter(
    "roster_overloaded", "Work given up because no thread had time for it.", ["crew"]
)
DATABASE_FAILURES = Counter(
    "roster_database_failures", "Requests that the database did not answer in time, or at all."
)
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
JOB_RUNS = Counter("roster_job_runs", "Periodic jobs, by what came of them.", ["name", "result"])
JOB_SECONDS = Histogram(
    "roster_job_seconds", "How long periodic jobs took.", ["name"], buckets=(0.1, 1, 10, 60, 600)
)
WEBHOOK_ATTEMPTS = Counter(
    "roster_webhook_attempts", "Messages sent to webhooks, by what came of it.", ["result"]
)
MAIL_ATTEMPTS = Counter(
    "roster_mail_attempts", "Letters given to the mail server, by what came of it.", ["result"]
)
DELIVERED, FAILED = "delivered", "failed"
# Methods that are counted by name; anybody can send others.
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}

# What has not happened is 0 and not missing: else the first time would be no increase.
for _attempts in (WEBHOOK_ATTEMPTS, MAIL_ATTEMPTS):
    for _result in (DELIVERED, FAILED):
        _attempts.labels(_result)
for _result in ("written", "failed"):
    USAGE_FLUSHES.labels(_result)
for _status in ("400", "408", "500", "503"):
    REFUSED_AHEAD.labels(_status)
for _crew in ("verifier", "page", "export"):
    OVERLOADED.labels(_crew)


_requests = functools.cache(REQUESTS.labels)
_latency = functools.cache(LATENCY.labels)
_decisions = functools.cache(DECISIONS.labels)


def observe(route: str, status: int, seconds: float) -> None:
    """Count one answer of the front."""
    _requests(route, str(status)).inc()
    _latency(route).observe(seconds)


def page_answered(kind: str, method: str, route: str, status: int, seconds: float) -> None:
    """Count one answer of Django's; `kind` is `page` or `api`."""
    known = method if method in METHODS else "other"
    PAGES.labels(kind, known, route, str(status)).inc()
    PAGE_SECONDS.labels(kind).observe(seconds)


def attempted(attempts: Counter, *, is_success: bool) -> None:
    """Count one try to send something."""
    attempts.labels(DELIVERED if is_success else FAILED).inc()


def decided(verifier: str, outcome: str) -> None:
    """Count one credential that was presented."""
    _decisions(verifier, outcome).inc()
