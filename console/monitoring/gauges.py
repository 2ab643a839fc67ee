"""Gauges of what the tables know: jobs, what waits to be sent, the audit log."""

import platform
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django import get_version
from django.conf import settings
from django.db import connection
from django.db.models import Count, Max, Min, QuerySet, Sum
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric

from console import __version__
from console.audit.checkpoints import oldest_unwritten
from console.audit.forwarding.forward import destinations, waiting_since
from console.health.queries import given_up_mail, job_states, troubled_webhooks, waiting_mail
from console.models import AuditCheck, Backup, Maintenance, Webhook, WebhookDelivery
from console.paging import capped_count
from console.shared_cache import redis_answers

NEVER = 0.0


def gauge(name: str, means: str, value: float) -> GaugeMetricFamily:
    """One number."""
    return GaugeMetricFamily(name, means, value=value)


def gauges(
    name: str, means: str, label: str, values: Iterable[tuple[str, float]]
) -> GaugeMetricFamily:
    """A number for each value of a label."""
    family = GaugeMetricFamily(name, means, labels=[label])
    for labelled, value in values:
        family.add_metric([labelled], value)
    return family


def seconds(moment: datetime | None) -> float:
    """As Prometheus has moments; 0 is never."""
    return moment.timestamp() if moment else NEVER


def build() -> Iterator[Metric]:
    """What runs here. Asks nobody."""
    yield InfoMetricFamily(
        "roster_build",
        "Versions of what answers.",
        {
            "version": __version__,
            "python": platform.python_version(),
            "django": get_version(),
            "database": connection.vendor,
        },
    )


def redis() -> Iterator[Metric]:
    """Whether processes count together, where one is used."""
    if settings.ROSTER_REDIS_URL:
        yield gauge("roster_redis_up", "Whether Redis answers.", redis_answers())


def installation() -> Iterator[Metric]:
    """Whether it takes changes, and when it was backed up."""
    is_closed = Maintenance.objects.under_way() is not None
    yield gauge("roster_read_only", "Whether Roster takes no changes just now.", is_closed)
    last = Backup.objects.aggregate(made=Max("made_at"), proven=Max("proven_at"))
    yield gauge(
        "roster_backup_timestamp_seconds",
        "When the last backup was made; 0 is never.",
        seconds(last["made"]),
    )
    yield gauge(
        "roster_backup_proven_timestamp_seconds",
        "When a backup was last proven; 0 is never.",
        seconds(last["proven"]),
    )


def jobs() -> Iterator[Metric]:
    """When each ran, how often it should, and how often it has failed since."""
    states = job_states()
    of_job: dict[str, tuple[str, list[tuple[str, float]]]] = {
        "roster_job_last_success_timestamp_seconds": (
            "When the job last ended well; 0 is never.",
            [(job.name, seconds(job.ran_at)) for job in states],
        ),
        "roster_job_interval_seconds": (
            "How often the job is to run.",
            [(job.name, job.every.total_seconds()) for job in states],
        ),
        "roster_job_consecutive_failures": (
            "How often the job has failed since it last ended well.",
            [(job.name, job.failures) for job in states],
        ),
    }
    for name, (means, values) in of_job.items():
        yield gauges(name, means, "name", values)


def mail() -> Iterator[Metric]:
    """Letters that wait, since when the first is due, and what was given up."""
    waiting = waiting_mail()
    yield gauge("roster_mail_waiting", "Letters that wait, counted to a limit.", _count(waiting))
    yield gauge(
        "roster_mail_retrying",
        "Letters that wait after a try that failed.",
        _count(waiting.filter(attempts__gt=0)),
    )
    yield gauge("roster_mail_overdue_seconds", "How long the first letter is due.", _late(waiting))
    yield gauge("roster_mail_given_up", "Letters given up within 30 days.", _count(given_up_mail()))


def webhooks() -> Iterator[Metric]:
    """Messages that wait, since when the first is due, and the webhooks that nothing gets through to."""
    waiting = WebhookDelivery.objects.filter(
        state=WebhookDelivery.State.WAITING, webhook__disabled_at=None
    )
    yield gauge(
        "roster_webhook_messages_waiting",
        "Messages that wait, counted to a limit.",
        _count(waiting),
    )
    yield gauge(
        "roster_webhook_overdue_seconds", "How long the first message is due.", _late(waiting)
    )
    yield gauge("roster_webhooks", "Webhooks, of all organizations.", Webhook.objects.count())
    yield gauge(
        "roster_webhooks_failing",
        "Webhooks that nothing gets through to, or that were switched off for it.",
        troubled_webhooks().count(),
    )


def audit_log() -> Iterator[Metric]:
    """What came of verifying it, and whether its ends are written down outside the database."""
    found = AuditCheck.objects.aggregate(
        faults=Sum("fault_count"), oldest=Min("checked_at"), chains=Count("id")
    )
    yield gauge(
        "roster_audit_faults",
        "Faults that the last check of each chain found (`verify_audit`).",
        found["faults"] or 0,
    )
    yield gauge("roster_audit_chains_checked", "Chains that were checked.", found["chains"])
    yield gauge(
        "roster_audit_oldest_check_timestamp_seconds",
        "When the chain was checked whose check is oldest; 0 is never.",
        seconds(found["oldest"]),
    )
    yield gauge(
        "roster_audit_unwritten_seconds",
        "How old the first event is that no file of checkpoints covers.",
        _age(oldest_unwritten()),
    )


def forwarding() -> Iterator[Metric]:
    """How long events wait for the destinations that there are."""
    waits = [(name, _age(waiting_since(name))) for name in destinations()]
    if waits:
        means = "How old the first event is that the destination has not taken."
        yield gauges("roster_audit_forwarding_lag_seconds", means, "destination", waits)


def _count(rows: QuerySet[Any]) -> int:
    return capped_count(rows)


def _late(rows: QuerySet[Any]) -> float:
    return _age(rows.aggregate(first=Min("due_at"))["first"])


def _age(moment: datetime | None) -> float:
    return max((timezone.now() - moment).total_seconds(), 0.0) if moment else 0.0
