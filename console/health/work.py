"""Checks of what goes on by itself: jobs, letters, messages to webhooks."""

from console.health.findings import Finding, failed, not_applicable, ok, several, warning
from console.health.queries import (
    JobState,
    given_up_mail,
    job_states,
    late_mail,
    troubled_webhooks,
    waiting_mail,
)
from console.models import Maintenance, Webhook
from console.paging import capped_count, count_words

MOST_NAMED = 5
WAITING = "Jobs wait while no changes are taken."


def jobs() -> Finding:
    """Whether each ran when it should have, and without a fault."""
    if Maintenance.objects.under_way():
        return not_applicable(WAITING)
    states = job_states()
    overdue = [job for job in states if job.is_overdue]
    if len(overdue) == len(states):
        return failed(
            "No job has run lately. Start `run_jobs`: `serve` does, unless it is told not to."
        )
    if overdue:
        return failed(
            f"Overdue: {_named(overdue)}. Is `run_jobs` running, and does its log name a fault?"
        )
    if failing := [job for job in states if job.failures]:
        named = ", ".join(f"{job.name} ({job.failure})" for job in failing[:MOST_NAMED])
        return warning(
            f"Failed at the last try: {named}. They are tried again; the log has the reason."
        )
    return ok(f"All {len(states)} ran when they were due.")


def _named(states: list[JobState]) -> str:
    more = len(states) - MOST_NAMED
    named = ", ".join(job.name for job in states[:MOST_NAMED])
    return f"{named} and {more} more" if more > 0 else named


def mail() -> Finding:
    """Whether letters leave."""
    if Maintenance.objects.under_way():
        return not_applicable(WAITING)
    late, given_up = capped_count(late_mail()), capped_count(given_up_mail())
    if late:
        return failed(
            f"{_letters(late)} due for a quarter of an hour, and nobody sends: is `run_jobs` running?"
        )
    retried = capped_count(waiting_mail().filter(attempts__gt=0))
    if given_up or retried:
        return warning(
            f"{_letters(given_up)} given up within 30 days, and {count_words(retried)} waiting after a failed"
            " try. See to the mail server; the page of outgoing mail names them."
        )
    waiting = capped_count(waiting_mail())
    return (
        ok(f"{_letters(waiting)} waiting, and none failed.")
        if waiting
        else ok("Nothing waits or failed.")
    )


def _letters(number: int) -> str:
    return f"{count_words(number)} {'letter is' if number == 1 else 'letters are'}"


def webhooks() -> Finding:
    """Whether messages get through to the webhooks of all organizations, and of the site."""
    if not Webhook.objects.exists():
        return not_applicable("There are no webhooks.")
    number = capped_count(troubled_webhooks())
    if not number:
        return ok("Messages get through to every webhook.")
    first = troubled_webhooks().order_by("id")[:MOST_NAMED]
    named = ", ".join(map(_webhook, first))
    return warning(
        f"Nothing gets through to {several(number, 'webhook', 'webhooks')}, or they were switched off for it:"
        f" {named}. Their own pages have the reason."
    )


def _webhook(webhook: Webhook) -> str:
    organization = webhook.organization
    return f"{organization.slug}/{webhook}" if organization else f"{webhook} of the site"
