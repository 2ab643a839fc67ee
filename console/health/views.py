"""The operator's pages of the installation: what doctor says, jobs, letters, webhooks that fail."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from console.health.examination import examine
from console.health.findings import State, several
from console.health.forms import FAILED, LetterFilter
from console.health.queries import (
    given_up_mail,
    job_states,
    troubled_webhooks,
    waiting_mail,
    with_deliveries,
)
from console.health.services import ask_for_job, retry_letter, retry_letters
from console.http import Request
from console.jobs.running import all_jobs
from console.pages.actions import Tab
from console.pages.htmx import done
from console.pages.reading import read
from console.pages.site import operators_only, site_frame
from console.paging import Order, count_words, page_of
from console.reauthentication import fresh_sign_in
from console.webhooks.views import site_tabs

# How a state is drawn, and the word beside it.
SHAPES = {
    State.OK: ("active", "OK"),
    State.WARNING: ("expiring", "Warning"),
    State.FAILED: ("refused", "Failed"),
    State.NOT_APPLICABLE: ("neutral", "Not applicable"),
}
NEWEST_FIRST = Order("id", descending=True)


@require_GET
@operators_only
def installation(request: Request) -> HttpResponse:
    """What `manage.py doctor` says now."""
    diagnoses = examine()
    context = site_frame("installation") | {
        "rows": [(it, *SHAPES[it.state]) for it in diagnoses],
        "failed": sum(it.state == State.FAILED for it in diagnoses),
        "warnings": sum(it.state == State.WARNING for it in diagnoses),
        "origin": settings.ROSTER_ORIGIN,
    }
    return render(request, "console/health/installation.html", context)


@require_GET
@operators_only
def job_list(request: Request) -> HttpResponse:
    """Every job with its last success and its next run."""
    context = site_frame("jobs") | {"jobs": job_states()}
    return render(request, "console/health/job_list.html", context)


@require_POST
@operators_only
@fresh_sign_in
def job_run(request: Request, job: str) -> HttpResponse:
    found = next((each for each in all_jobs() if each.name == job), None)
    if found is None:
        raise Http404
    ask_for_job(actor=request.user, job=found)
    messages.success(request, f"{found} runs as soon as a scheduler looks, within seconds.")
    return done(request, "console:job-list")


@require_GET
@operators_only
def letter_list(request: Request) -> HttpResponse:
    """Letters that wait, or those that were given up."""
    reading = read(request, LetterFilter(request.GET))
    is_given_up = reading.wanted.get("show") == FAILED
    letters = given_up_mail() if is_given_up else waiting_mail()
    page = page_of(letters, NEWEST_FIRST, reading, ("letter", "letters"))
    context = site_frame("mail") | {
        "page": page,
        "is_given_up": is_given_up,
        "tabs": _tabs(is_given_up),
    }
    return render(request, "console/health/letter_list.html", context)


def _tabs(is_given_up: bool) -> list[Tab]:
    listed = reverse("console:letter-list")
    return [
        Tab("Waiting", listed, not is_given_up),
        Tab("Given up", f"{listed}?show={FAILED}", is_given_up),
    ]


@require_POST
@operators_only
@fresh_sign_in
def letter_retry(request: Request, letter: UUID) -> HttpResponse:
    found = get_object_or_404(waiting_mail(), uuid=letter)
    retry_letter(actor=request.user, letter=found)
    messages.success(request, f"The letter to {found.recipient} is tried within seconds.")
    return done(request, "console:letter-list")


@require_POST
@operators_only
@fresh_sign_in
def letters_retry(request: Request) -> HttpResponse:
    number = retry_letters(actor=request.user)
    words = several(number, "letter is", "letters are")
    messages.success(request, f"{words} tried within seconds.")
    return done(request, "console:letter-list")


@require_GET
@operators_only
def webhook_list(request: Request) -> HttpResponse:
    """Webhooks that nothing gets through to: numbers and names, neither addresses nor messages."""
    troubled = with_deliveries(troubled_webhooks())
    page: Any = page_of(troubled, NEWEST_FIRST, read(request), ("webhook", "webhooks"))
    counted = [(it, count_words(it.waiting), count_words(it.given_up)) for it in page.rows]
    tabs = site_tabs("console:failing-webhook-list")
    context = site_frame("webhooks") | {"page": page, "rows": counted, "tabs": tabs}
    return render(request, "console/health/webhook_list.html", context)
