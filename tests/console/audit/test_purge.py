"""Purging the audit log: whole beginnings of chains, and what is left still verifies."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from console.audit.checkpoints import checkpoint
from console.audit.purge import purge_old
from console.audit.recording import OPERATOR, ROSTER, changing, record
from console.models import AuditHead, Event
from tests.browsers import browser, text
from tests.conftest import Cast
from tests.console.logs import verified


@pytest.fixture
def kept_a_year(settings: Settings, tmp_path: Path) -> None:
    settings.ROSTER_AUDIT_CHECKPOINTS = tmp_path / "checkpoints.jsonl"
    settings.ROSTER_AUDIT_KEEP_DAYS = 365


def go_on(cast: Cast, number: int) -> None:
    for _ in range(number):
        with changing(cast.organization) as chain:
            record(chain, actor=OPERATOR, action="robot:disabled", target=cast.robot)


def history(cast: Cast, tampering: Callable[[], object] = lambda: None) -> None:
    """Years of events: 20 and a checkpoint, 10 and a checkpoint, 5 that none has seen; then today."""
    Event.objects.all().delete()
    AuditHead.objects.all().delete()
    start = timezone.now() - timedelta(days=1000)
    for days, number in ((0, 20), (200, 10)):
        with time_machine.travel(start + timedelta(days=days), tick=False):
            go_on(cast, number)
            checkpoint()
    with time_machine.travel(start + timedelta(days=300), tick=False):
        go_on(cast, 5)
    tampering()
    go_on(cast, 3)


@pytest.mark.usefixtures("kept_a_year")
def test_the_log_is_purged_up_to_a_checkpoint_and_still_verifies(cast: Cast) -> None:
    history(cast)
    assert purge_old() == 30
    numbers = list(Event.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(31, 40))  # three of today, and that there was a purge
    assert Event.objects.latest("number").action == "audit-log:purged"
    assert Event.objects.latest("number").actor_label == ROSTER.actor_label
    assert verified("--organization", "acme")[0] == 0
    assert purge_old() == 0
    assert Event.objects.count() == 9


@pytest.mark.usefixtures("kept_a_year")
def test_what_is_missing_after_a_purge_is_found(cast: Cast) -> None:
    history(cast)
    purge_old()
    Event.objects.filter(number=31).delete()
    code, lines = verified("--organization", "acme")
    assert (code, lines[0]) == (1, "acme: event 31: event 31 is missing")


@pytest.mark.usefixtures("kept_a_year")
def test_what_comes_back_after_a_purge_is_found(cast: Cast) -> None:
    history(cast)
    purge_old()
    forged = Event.objects.get(number=31)
    forged.pk, forged.number, forged.uuid = None, 7, cast.robot.uuid
    forged.save(force_insert=True)
    code, lines = verified("--organization", "acme")
    assert code == 1
    assert lines[0].startswith("acme: event 7: events up to 30 were purged")


@pytest.mark.usefixtures("kept_a_year")
def test_a_beginning_that_somebody_else_cut_is_no_purge(cast: Cast) -> None:
    history(cast)
    Event.objects.filter(number__lte=30).delete()
    assert verified("--organization", "acme")[0] == 1


@pytest.mark.usefixtures("kept_a_year")
def test_a_purge_that_was_cut_short_is_finished_by_the_next(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    history(cast)

    def power_cut(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("console.audit.purge._delete", power_cut)
        with pytest.raises(KeyboardInterrupt):
            purge_old()
    assert Event.objects.count() == 39
    assert purge_old() == 30
    assert verified("--organization", "acme")[0] == 0


@pytest.mark.usefixtures("kept_a_year")
def test_what_was_tampered_with_is_evidence_and_stays(cast: Cast) -> None:
    def tamper() -> None:
        Event.objects.filter(number=30).update(link=b"x" * 32)

    history(cast, tamper)
    assert purge_old() == 0
    assert Event.objects.filter(number=30).exists()


@pytest.mark.usefixtures("kept_a_year")
def test_purged_events_are_not_found_by_a_search(cast: Cast) -> None:
    history(cast)
    purge_old()
    assert verified("--organization", "acme")[0] == 0
    page = text(browser(cast.owner).get("/o/acme/audit-log/?q=payments%2Bci"))
    assert "8 events" in page
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO console_event_search (console_event_search) VALUES ('integrity-check')"
            )


@pytest.mark.django_db
def test_without_a_limit_nothing_is_purged(cast: Cast, settings: Settings, tmp_path: Path) -> None:
    settings.ROSTER_AUDIT_CHECKPOINTS = tmp_path / "checkpoints.jsonl"
    history(cast)
    assert purge_old() == 0
    assert Event.objects.count() == 38
