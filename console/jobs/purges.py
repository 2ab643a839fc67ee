"""What goes after its time: rows in small batches, so that no write waits for long."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.db import DatabaseCache
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from console.databases import clock
from console.jobs.running import heartbeat
from console.models import (
    Backup,
    JobLock,
    Notice,
    OutgoingMail,
    Replica,
    Session,
    WebhookDelivery,
    WebhookSecret,
)

# Rows in one transaction: SQLite has one writer at a time.
BATCH = 1_000
MAIL_KEPT = timedelta(days=30)
LOCKS_KEPT = timedelta(days=30)
NOTICES_KEPT = timedelta(days=90)
REPLICAS_KEPT = timedelta(days=1)
BACKUPS_KEPT = timedelta(days=400)
DELIVERIES_KEPT = timedelta(days=30)
WEBHOOK_SECRETS_KEPT = timedelta(days=90)


def batches(rows: QuerySet[Any]) -> Iterator[list[Any]]:
    """The keys of `rows`, some at a time, in their order. What was behind is not looked at again."""
    last, ordered = None, rows.order_by("pk").values_list("pk", flat=True)
    while True:
        later = ordered if last is None else ordered.filter(pk__gt=last)
        keys = list(later[:BATCH])
        if not keys:
            return
        yield keys
        heartbeat()
        last = keys[-1]


def delete(rows: QuerySet[Any], *before: Callable[[list[Any]], object]) -> int:
    """Delete `rows` in batches, calling `before` with the keys of each; say how many there were."""
    number = 0
    for keys in batches(rows):
        for step in before:
            step(keys)
        with transaction.atomic():
            rows.model._default_manager.filter(pk__in=keys).delete()
        number += len(keys)
    return number


def forget_mail() -> int:
    """Mail that was put into the outbox long ago, sent or given up."""
    return delete(OutgoingMail.objects.filter(created_at__lt=timezone.now() - MAIL_KEPT))


def forget_told() -> int:
    """Notices of long ago, read or not, what was sent of them to webhooks, and secrets that signed it."""
    now = timezone.now()
    secrets = delete(WebhookSecret.objects.filter(ends_at__lt=now - WEBHOOK_SECRETS_KEPT))
    sent = delete(WebhookDelivery.objects.filter(created_at__lt=now - DELIVERIES_KEPT))
    return secrets + sent + delete(Notice.objects.filter(created_at__lt=now - NOTICES_KEPT))


def forget_sessions() -> int:
    """Sessions that are over."""
    return delete(Session.objects.filter(expires_at__lt=timezone.now()))


def forget_locks() -> int:
    """Locks of jobs that no longer exist."""
    unknown = JobLock.objects.exclude(name__in=settings.JOBS)
    return delete(unknown.filter(until__lt=timezone.now() - LOCKS_KEPT))


def forget_cached() -> int:
    """What has expired in the cache, where that is a table: it looks for old rows only when full."""
    number: int = 0
    name = str(settings.CACHES["default"].get("LOCATION"))
    is_table = isinstance(caches["default"], DatabaseCache)
    if not is_table or name not in connection.introspection.table_names():
        return number
    table = connection.ops.quote_name(name)
    expired = f"SELECT cache_key FROM {table} WHERE expires < %s LIMIT {BATCH}"  # noqa: S608 - constants
    moment = connection.ops.adapt_datetimefield_value(timezone.now().replace(microsecond=0))
    while True:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table} WHERE cache_key IN ({expired})", [moment])  # noqa: S608
            number += cursor.rowcount
            if cursor.rowcount < BATCH:
                return number
        heartbeat()


def forget_replicas() -> int:
    """Servers that were not heard of for long: they were killed, or their machine is gone."""
    return delete(Replica.objects.filter(heard_at__lt=clock.now() - REPLICAS_KEPT))


def forget_backups() -> int:
    """Backups that were made long ago, wherever they lie."""
    return delete(Backup.objects.filter(made_at__lt=timezone.now() - BACKUPS_KEPT))
