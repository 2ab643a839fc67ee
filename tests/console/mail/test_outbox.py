"""E-mail through the outbox: sealed while it waits, sent once, tried again, forgotten."""

import smtplib
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from pytest_django import Settings

from console.jobs import running
from console.jobs.attempts import RUN_FOR, claim
from console.jobs.purges import forget_mail
from console.mail.outbox import MAX_ATTEMPTS, Letter, put, send_due
from console.models import OutgoingMail

pytestmark = pytest.mark.django_db
LETTER = Letter("new@example.com", "Join Acme", "Open /invitations/the-secret-key/\n")


class Failing:
    """A mail server that refuses."""

    error: Exception = smtplib.SMTPServerDisconnected("no")

    def __init__(self, *_: Any, **__: Any) -> None:
        pass

    def send_messages(self, _: Any) -> int:
        raise self.error


@pytest.fixture
def refusing(settings: Settings) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Failing"


def due_now() -> None:
    OutgoingMail.objects.update(due_at=timezone.now() - timedelta(seconds=1))


def test_a_letter_goes_out_once() -> None:
    put(LETTER)
    assert [send_due(), send_due()] == [1, 0]
    (sent,) = mail.outbox
    assert (sent.to, sent.subject, sent.body) == ([LETTER.to], LETTER.subject, LETTER.body)


def test_its_text_is_sealed_while_it_waits_and_gone_after_it_was_sent() -> None:
    waiting = put(LETTER)
    sealed = bytes(OutgoingMail.objects.get().sealed)
    assert sealed
    assert b"secret-key" not in sealed
    assert "secret-key" not in str(vars(waiting))
    send_due()
    sent = OutgoingMail.objects.get()
    assert bytes(sent.sealed) == b""
    assert sent.sent_at is not None


def test_what_is_rolled_back_is_never_sent() -> None:
    with transaction.atomic():
        put(LETTER)
        transaction.set_rollback(True)
    assert (send_due(), mail.outbox) == (0, [])


def test_two_who_saw_the_same_letter_as_due_send_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    put(LETTER)
    seen_by_another = OutgoingMail.objects.get()
    assert send_due() == 1
    waiting = OutgoingMail.objects.filter(sent_at=None)
    assert claim(seen_by_another, waiting, timedelta(minutes=1)) is False
    assert len(mail.outbox) == 1


def test_one_that_is_being_sent_is_not_due(monkeypatch: pytest.MonkeyPatch) -> None:
    put(LETTER)
    inner: list[int] = []
    when_sent(monkeypatch, lambda: inner.append(send_due()))
    assert (send_due(), inner) == (1, [0])


@pytest.mark.usefixtures("refusing")
def test_a_failure_waits_longer_each_time_and_is_tried_again(settings: Settings) -> None:
    put(LETTER)
    waits = []
    for _ in range(3):
        due_now()
        assert send_due() == 0
        waits.append(round((OutgoingMail.objects.get().due_at - timezone.now()).total_seconds()))
        assert send_due() == 0
    assert waits == [60, 120, 240]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    due_now()
    assert (send_due(), len(mail.outbox)) == (1, 1)


@pytest.mark.usefixtures("refusing")
def test_it_is_given_up_after_ten_tries_and_its_text_is_gone() -> None:
    put(LETTER)
    for _ in range(MAX_ATTEMPTS + 2):
        due_now()
        send_due()
    given_up = OutgoingMail.objects.get()
    assert (given_up.attempts, bytes(given_up.sealed)) == (MAX_ATTEMPTS, b"")


def test_one_that_cannot_be_opened_does_not_hold_the_others_up() -> None:
    broken = put(LETTER)
    OutgoingMail.objects.filter(pk=broken.pk).update(sealed=b"x" * 40)
    put(Letter("other@example.com", "Hello", "Hello"))
    with pytest.raises(SystemExit):
        call_command("run_jobs", "--once")
    OutgoingMail.objects.exclude(pk=broken.pk).update(due_at=timezone.now())
    send_due()
    assert [sent.to for sent in mail.outbox] == [["other@example.com"]]


@pytest.mark.parametrize("subject", ["Join A\r\nBcc: x@example.com", "Join A\nB"])
def test_no_header_can_be_put_in_by_a_name(subject: str) -> None:
    put(Letter("new@example.com", subject, "Hello"))
    with pytest.raises(ValueError, match="newlines"):
        send_due()
    assert mail.outbox == []


@pytest.fixture
def stopping() -> Iterator[threading.Event]:
    yield running.stopping
    running.stopping.clear()


def when_sent(monkeypatch: pytest.MonkeyPatch, action: Callable[[], object]) -> None:
    """Let something happen while the mail server takes a letter."""
    send = EmailBackend.send_messages

    def send_and_act(backend: EmailBackend, letters: list[Any]) -> int:
        action()
        return send(backend, letters)

    monkeypatch.setattr(EmailBackend, "send_messages", send_and_act)


def test_no_letter_is_begun_when_the_scheduler_is_to_end(
    monkeypatch: pytest.MonkeyPatch, stopping: threading.Event
) -> None:
    for _ in range(3):
        put(LETTER)
    when_sent(monkeypatch, stopping.set)
    assert send_due() == 1
    stopping.clear()
    assert send_due() == 1
    assert sorted(OutgoingMail.objects.values_list("attempts", flat=True)) == [0, 1, 1]


def test_no_letter_is_begun_a_minute_after_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(3):
            put(LETTER)
        when_sent(monkeypatch, lambda: clock.shift(RUN_FOR / 2 + timedelta(seconds=1)))
        assert [send_due(), send_due(), send_due()] == [2, 1, 0]


def test_each_try_is_the_same_letter() -> None:
    waiting = put(LETTER)
    for _ in range(2):
        OutgoingMail.objects.update(sent_at=None, due_at=timezone.now(), sealed=waiting.sealed)
        assert send_due() == 1
    first, second = (sent.message()["Message-ID"] for sent in mail.outbox)
    assert first == second
    assert str(waiting.uuid) in first


def test_without_a_mail_server_it_is_printed(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    put(LETTER)
    assert send_due() == 1
    printed = capsys.readouterr().out
    assert "Subject: Join Acme" in printed
    assert "Open /invitations/the-secret-key/" in printed


def test_old_letters_are_forgotten() -> None:
    put(LETTER)
    OutgoingMail.objects.update(created_at=timezone.now() - timedelta(days=31))
    put(LETTER)
    assert forget_mail() == 1
    assert OutgoingMail.objects.count() == 1
