"""Gauges: what they say of the database, and what is said without one."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

import console
from console import measures
from console.databases import clock
from console.jobs.running import Job, run_now
from console.mail.outbox import Letter, put
from console.maintenance.services import begin_maintenance
from console.models import AuditCheck, Backup, OutgoingMail
from console.monitoring import refreshing
from console.monitoring.refreshing import snapshot, write
from tests.conftest import Cast
from tests.factories import OrganizationFactory
from tests.front import ask

pytestmark = pytest.mark.django_db


def values() -> dict[str, float]:
    """Each series of a snapshot."""
    found = re.findall(r"^(roster_[^ ]+) (\S+)$", snapshot().decode(), re.MULTILINE)
    return {series: float(value) for series, value in found}


def test_jobs_say_when_they_last_ended_well_and_how_often_they_failed_since(cast: Cast) -> None:
    before = timezone.now().timestamp()

    def fail() -> None:
        raise RuntimeError("planted")

    run_now(Job("shrink", int, timedelta(0)))
    for _ in range(2):
        run_now(Job("statistics", fail, timedelta(0)))
    found = values()
    assert found['roster_job_last_success_timestamp_seconds{name="shrink"}'] >= before - 1
    assert found['roster_job_last_success_timestamp_seconds{name="statistics"}'] == 0
    assert found['roster_job_consecutive_failures{name="statistics"}'] == 2
    assert found['roster_job_interval_seconds{name="send-mail"}'] == 5


def test_the_installation_says_whether_it_takes_changes_and_when_it_was_backed_up(
    cast: Cast,
) -> None:
    assert values()["roster_read_only"] == values()["roster_backup_timestamp_seconds"] == 0
    hour, now = timedelta(hours=1), clock.now()
    begin_maintenance(actor=cast.operator, until=now + hour, reason="")
    Backup.objects.create(made_at=now - hour, size=1, events=1)
    found = values()
    assert found["roster_read_only"] == 1
    assert found["roster_backup_timestamp_seconds"] == (now - hour).timestamp()
    assert found["roster_backup_proven_timestamp_seconds"] == 0


def test_what_waits_to_be_sent_says_how_long(cast: Cast) -> None:
    put(Letter("mika@example.com", "Hello", "Text"))
    OutgoingMail.objects.update(due_at=timezone.now() - timedelta(hours=1), attempts=1)
    found = values()
    assert found["roster_mail_waiting"] == found["roster_mail_retrying"] == 1
    assert 3600 <= found["roster_mail_overdue_seconds"] < 4600
    assert found["roster_webhook_overdue_seconds"] == 0


def test_faults_of_the_audit_log_are_counted_and_the_oldest_check_dated(cast: Cast) -> None:
    now = timezone.now().replace(microsecond=0)
    for number, chain in enumerate("ab"):
        checked = now - timedelta(days=number)
        AuditCheck.objects.create(chain=chain, checked_at=checked, number=1, fault_count=number)
    found = values()
    assert found["roster_audit_faults"] == 1
    oldest = found["roster_audit_oldest_check_timestamp_seconds"]
    assert oldest == (now - timedelta(days=1)).timestamp()


def test_keys_and_versions_are_there(cast: Cast) -> None:
    found = values()
    (key,) = [it for it in found if "signing_key" in it and 'robot-tokens",state="current"' in it]
    assert found[key] > 0
    (build,) = [series for series in found if series.startswith("roster_build_info")]
    assert f'version="{console.__version__}"' in build
    project = (Path(__file__).parents[3] / "pyproject.toml").read_text()
    assert f'version = "{console.__version__}"' in project


def test_a_snapshot_asks_no_more_of_many_organizations(cast: Cast) -> None:
    with CaptureQueriesContext(
        connection,
    ) as few:
        snapshot()
    OrganizationFactory.create_batch(5)
    with CaptureQueriesContext(connection) as many:
        snapshot()
    assert len(many) == len(few) <= 20


def unreachable(*_: Any) -> Any:
    raise OSError("planted")


def test_without_the_database_a_scrape_says_so_and_what_is_counted(
    cast: Cast, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ROSTER_METRICS_TOKEN = "scraper"
    settings.GAUGES = ["tests.console.monitoring.test_gauges.unreachable"]
    refreshing.failures.silent_until = 0.0
    monkeypatch.setenv(measures.SHARED_FOLDER, str(tmp_path))
    write(tmp_path)
    page = ask("/metrics", authorization="Bearer scraper").body.decode()
    assert "roster_database_up 0.0" in page
    assert "roster_build_info" in page
    assert "roster_job_interval_seconds" not in page


def test_pages_are_counted_by_route_and_never_by_address(cast: Cast) -> None:
    def counted(route: str, method: str = "GET") -> float:
        labels = {"kind": "page", "method": method, "route": route, "status": "404"}
        return float(measures.PAGES.labels(**labels)._value.get())

    before = counted(""), counted("", "other")
    ask("/nothing/of-the-kind/", "GET")
    ask("/nothing/of-the-kind/", "BREW")
    assert (counted("") - before[0], counted("", "other") - before[1]) == (1, 1)
