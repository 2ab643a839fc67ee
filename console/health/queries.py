"""What operators look at: jobs, letters that wait, webhooks that fail."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import OuterRef, Q, QuerySet
from django.utils import timezone

from console.databases import clock
from console.jobs.running import Job, all_jobs, is_due, next_run, runs_at
from console.mail.outbox import MAX_ATTEMPTS
from console.models import JobLock, OutgoingMail, Webhook, WebhookDelivery
from console.paging import CappedCount

# A job may be so much later than its interval says: a lease, and the run before.
LATE_AFTER = timedelta(minutes=15)
# A letter or message that is due goes out within seconds where jobs run.
WAITS_AFTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class JobState:
    """A job and what is known of its runs. Moments are the database's."""

    name: str
    every: timedelta
    ran_at: datetime | None
    next_at: datetime
    failures: int
    failure: str
    runs_on: str
    is_overdue: bool
    is_awaited: bool

    @property
    def interval(self) -> str:
        """How often it runs, in words."""
        seconds = int(self.every.total_seconds())
        for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
            if seconds % size == 0:
                count = seconds // size
                return f"every {unit}" if count == 1 else f"every {count} {unit}s"
        return f"every {seconds} seconds"


def job_states() -> list[JobState]:
    """Every job, in the order in which they are run. One query, and the database's clock."""
    locks = {lock.name: lock for lock in JobLock.objects.all()}
    now = clock.now()
    return [_state(job, locks.get(job.name) or JobLock(name=job.name), now) for job in all_jobs()]


def _state(job: Job, lock: JobLock, now: datetime) -> JobState:
    last = lock.ran_at
    return JobState(
        name=job.name,
        every=job.every,
        ran_at=last,
        next_at=now if is_due(job, lock, now) else next_run(job, lock),
        failures=lock.failures,
        failure=lock.failure,
        runs_on=runs_at(lock, now),
        is_overdue=last is None or last + job.every + LATE_AFTER < now,
        is_awaited=lock.is_asked_for,
    )


def waiting_mail() -> QuerySet[OutgoingMail]:
    """Letters that will be tried, or tried again."""
    return OutgoingMail.objects.filter(sent_at=None, attempts__lt=MAX_ATTEMPTS)


def given_up_mail() -> QuerySet[OutgoingMail]:
    """Letters that were tried as often as they are; their text is gone."""
    return OutgoingMail.objects.filter(sent_at=None, attempts__gte=MAX_ATTEMPTS)


def late_mail() -> QuerySet[OutgoingMail]:
    """Letters that were due a while ago and that nobody has tried."""
    return waiting_mail().filter(due_at__lt=timezone.now() - WAITS_AFTER)


def troubled_webhooks() -> QuerySet[Webhook]:
    """Those that nothing gets through to, or that were switched off for it: organizations' and the site's."""
    stopped = Q(disabled_because__in=[Webhook.Stop.GONE, Webhook.Stop.FAILING])
    fails = Q(disabled_at=None, failing_since__isnull=False)
    return Webhook.objects.filter(fails | stopped).select_related("organization")


def with_deliveries(webhooks: QuerySet[Webhook]) -> QuerySet[Webhook]:
    """Each with how many of its messages wait, and how many were given up and are still kept."""
    own = WebhookDelivery.objects.filter(webhook=OuterRef("pk"))
    return webhooks.annotate(
        waiting=CappedCount(own.filter(state=WebhookDelivery.State.WAITING)),
        given_up=CappedCount(own.filter(state=WebhookDelivery.State.FAILED)),
    )
