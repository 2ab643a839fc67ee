"""The operator's pages of the installation: doctor, jobs, letters, webhooks, the site's audit log."""

from datetime import timedelta
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from console.health.services import ask_for_job, retry_letter, retry_letters
from console.jobs.running import LEASE, Outcome, all_jobs, run_if_due
from console.mail.outbox import MAX_ATTEMPTS, Letter, put
from console.models import Event, JobLock, OutgoingMail, Webhook, WebhookDelivery
from console.webhooks.services.webhooks import send_test
from tests.browsers import browser, text
from tests.conftest import Cast
from tests.console.health.conftest import all_jobs_ran
from tests.console.webhooks.conftest import Hook, hook
from tests.factories import OrganizationFactory, UserFactory
from tests.test_lists import queries

__all__ = ["hook"]
JOBS, MAIL, WEBHOOKS = "/site/jobs/", "/site/mail/", "/site/webhooks/failing/"


@pytest.fixture
def operator(cast: Cast) -> Client:
    return browser(cast.operator, confirmed=True)


def last_event() -> tuple[str, str, str]:
    event = Event.objects.latest("id")
    return event.actor_label, event.action, event.target_label


def test_the_page_says_what_doctor_says(operator: Client) -> None:
    page = text(operator.get("/site/"))
    assert "of these checks failed" in page
    assert "No job has run lately." in page
    assert "Every chain is in order" in page or "No chain has been verified yet" in page


def test_operators_find_the_pages_in_the_account_menu(cast: Cast, operator: Client) -> None:
    assert 'href="/site/"' in operator.get("/account/").content.decode()
    assert 'href="/site/"' not in browser(cast.owner).get("/account/").content.decode()
    assert 'href="/django-admin/"' in operator.get("/site/").content.decode()


def test_without_a_fresh_sign_in_nothing_changes(cast: Cast) -> None:
    stale = browser(cast.operator)
    assert "/account/sign-in-again/" in stale.post(f"{JOBS}send-mail/run/")["Location"]
    assert JobLock.objects.count() == 0


def test_jobs_are_listed_with_what_came_of_them(operator: Client) -> None:
    all_jobs_ran()
    JobLock.objects.filter(name="shrink").update(failures=2, failure="ValueError")
    JobLock.objects.filter(name="send-notices").update(ran_at=timezone.now() - timedelta(hours=2))
    lease = {
        "holder": "0" * 32,
        "holder_name": "node-7, process 12",
        "until": timezone.now() + LEASE / 2,
    }
    JobLock.objects.filter(name="verify-audit").update(**lease)
    page = text(operator.get(JOBS))
    assert "ValueError, 2 times" in page
    assert "node-7, process 12" in page
    assert page.count("Overdue") == 1
    assert "every 5 minutes" in page


def test_a_job_that_was_asked_for_runs_at_the_next_look(cast: Cast, operator: Client) -> None:
    all_jobs_ran()
    (job,) = [each for each in all_jobs() if each.name == "forget-locks"]
    assert run_if_due(job) is Outcome.SKIPPED
    answer = operator.post(f"{JOBS}forget-locks/run/", follow=True)
    assert "forget-locks runs as soon as a scheduler looks" in text(answer)
    assert "asked for, within seconds" in text(answer)
    assert last_event() == ("operator@example.com", "job:asked-for", "forget-locks")
    assert [run_if_due(job), run_if_due(job)] == [Outcome.DONE, Outcome.SKIPPED]


def test_a_lease_is_respected(operator: Client) -> None:
    (job,) = [each for each in all_jobs() if each.name == "forget-locks"]
    until = timezone.now() + LEASE / 2
    JobLock.objects.create(name=job.name, holder="0" * 32, until=until)
    operator.post(f"{JOBS}forget-locks/run/")
    assert run_if_due(job) is Outcome.SKIPPED
    JobLock.objects.update(holder=None, until=timezone.now())
    assert run_if_due(job) is Outcome.DONE


def test_there_is_no_other_job(operator: Client) -> None:
    assert operator.post(f"{JOBS}forget-everything/run/").status_code == 404


def letter(number: int = 0, **changes: object) -> OutgoingMail:
    row = put(Letter(f"ada{number}@example.com", f"Hello {number}", "the text"))
    OutgoingMail.objects.filter(pk=row.pk).update(**changes)
    return OutgoingMail.objects.get(pk=row.pk)


def test_letters_wait_or_were_given_up(operator: Client) -> None:
    assert "No letter waits" in text(operator.get(MAIL))
    letter(1, attempts=3)
    letter(2, attempts=MAX_ATTEMPTS)
    waiting, given_up = text(operator.get(MAIL)), text(operator.get(f"{MAIL}?show=failed"))
    assert ("Hello 1" in waiting, "Hello 2" in waiting) == (True, False)
    assert ("Hello 1" in given_up, "Hello 2" in given_up) == (False, True)
    assert "the text" not in waiting + given_up


def test_a_letter_is_tried_again_at_once(operator: Client) -> None:
    later = timezone.now() + timedelta(hours=3)
    row, other = letter(1, due_at=later), letter(2, due_at=later)
    answer = operator.post(f"{MAIL}{row.uuid}/retry/", follow=True)
    assert "The letter to ada1@example.com is tried within seconds" in text(answer)
    assert list(OutgoingMail.objects.filter(due_at__lt=later)) == [row]
    assert last_event()[1:] == ("mail:retried", "Hello 1 to ada1@example.com")
    assert "1 letter is tried" in text(operator.post(f"{MAIL}retry/", follow=True))
    assert OutgoingMail.objects.get(pk=other.pk).due_at < later
    number = Event.objects.count()
    operator.post(f"{MAIL}retry/")
    assert Event.objects.count() == number


def test_what_was_given_up_is_not_tried(operator: Client) -> None:
    row = letter(1, attempts=MAX_ATTEMPTS)
    assert operator.post(f"{MAIL}{row.uuid}/retry/").status_code == 404


def test_webhooks_that_fail_are_numbers_and_names(cast: Cast, operator: Client, hook: Hook) -> None:
    webhook = hook("https://example.com/hooks/receivers-secret").webhook
    assert "No webhook fails" in text(operator.get(WEBHOOKS))
    send_test(actor=cast.owner, webhook=webhook)
    WebhookDelivery.objects.update(state=WebhookDelivery.State.FAILED)
    Webhook.objects.update(failing_since=timezone.now())
    page = operator.get(WEBHOOKS).content.decode()
    assert 'data-label="Given up" class="number">1<' in page
    assert ("Failing" in page, "Acme" in page, "receivers-secret" in page) == (True, True, False)


def test_the_audit_log_of_the_site_is_searched_and_opened(cast: Cast, operator: Client) -> None:
    operator.post(f"{JOBS}shrink/run/")
    event = Event.objects.latest("id")
    page = text(operator.get("/site/audit-log/?q=shrink"))
    assert ("asked for the job" in page, "1 event" in page) == (True, True)
    assert "1 event" not in text(operator.get("/site/audit-log/?q=no-such-thing"))
    detail = text(operator.get(f"/site/audit-log/{event.uuid}/"))
    assert (f"Event {event.number}" in detail, "job:asked-for" in detail) == (True, True)
    own = Event.objects.filter(organization_slug="acme").latest("id")
    assert operator.get(f"/site/audit-log/{own.uuid}/").status_code == 404


def test_services_ask_themselves_who_acts(cast: Cast) -> None:
    row, job = letter(1), all_jobs()[0]
    for change in (
        partial(ask_for_job, job=job),
        partial(retry_letter, letter=row),
        retry_letters,
    ):
        with pytest.raises(PermissionDenied):
            change(actor=cast.owner)
    assert not JobLock.objects.exists()


def grow(hook: Hook, number: int) -> None:
    for _ in range(number):
        count = OutgoingMail.objects.count()
        letter(count)
        hook(name=f"hook{count}")
    Webhook.objects.update(failing_since=timezone.now())


@pytest.mark.parametrize(
    "address", [JOBS, MAIL, WEBHOOKS, "/site/audit-log/", "/site/people/", "/site/organizations/"]
)
def test_lists_cost_the_same_with_more_rows(
    cast: Cast, operator: Client, hook: Hook, address: str
) -> None:
    queries(operator, address)
    grow(hook, 2)
    few = queries(operator, address)
    grow(hook, 4)
    for _ in range(4):
        OrganizationFactory()
        UserFactory()
    many = queries(operator, address)
    assert len(many) == len(few) <= 10, many
