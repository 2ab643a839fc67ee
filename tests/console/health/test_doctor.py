"""`manage.py doctor`: what it says of a sound installation, and of each fault."""

import io
import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from pytest_django import Settings

from console import keyring
from console.audit.checkpoints import checkpoint
from console.health.catalogue import all_checks
from console.mail.outbox import MAX_ATTEMPTS, Letter, put
from console.models import AuditCheck, AuditHead, JobLock, OutgoingMail
from robots.models import SigningKey
from robots.secrets import signing_keys
from tests.conftest import Cast
from tests.console.health.conftest import Doctor, all_jobs_ran
from tests.console.jobs.conftest import Time
from tests.console.logs import go_on
from tests.console.webhooks.conftest import hook
from tests.factories import OrganizationFactory
from tests.snapshots import undone

pytestmark = pytest.mark.django_db
__all__ = ["hook"]
State = SigningKey.State


@pytest.fixture
def sound(cast: Cast, settings: Settings, tmp_path: Path) -> None:
    """Nothing is wrong."""
    settings.ROSTER_AUDIT_CHECKPOINTS = tmp_path / "checkpoints.jsonl"
    signing_keys.ensure_all()
    all_jobs_ran()
    checkpoint()


@pytest.mark.usefixtures("sound")
def test_a_sound_installation_is_told_in_words_and_as_json() -> None:
    doctor, out = Doctor(), io.StringIO()
    assert (doctor.code, doctor.document["state"]) == (0, "ok"), doctor.found
    assert list(doctor.found) == [check.name for check in all_checks()]
    assert {state for state, _ in doctor.found.values()} == {"ok", "not applicable"}
    call_command("doctor", stdout=out)
    lines = out.getvalue().splitlines()
    assert len(lines) == len(doctor.found)
    assert any(line.startswith("OK ") and "takes changes" in line for line in lines)


@pytest.mark.usefixtures("sound")
def test_the_exit_code_tells_warnings_from_faults(settings: Settings) -> None:
    settings.ROSTER_LOG_LEVEL = "DEBUG"
    assert (Doctor().code, Doctor().summary) == (1, "0 failed, 1 to be looked at")
    JobLock.objects.all().delete()
    assert (Doctor().code, Doctor().document["state"]) == (2, "failed")


def test_a_database_that_takes_nothing_fails_and_the_rest_is_not_asked() -> None:
    read_only = (
        "PRAGMA query_only = 1"
        if connection.vendor == "sqlite"
        else "SET LOCAL transaction_read_only = on"
    )
    with connection.cursor() as cursor:
        cursor.execute(read_only)
    doctor = Doctor()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA query_only = 0")
    state, words = doctor.says("database")
    assert state == "failed"
    assert "takes no changes: it is a standby, or read-only" in words
    assert doctor.says("jobs") == (
        "not applicable",
        "Cannot be told while the database is at fault.",
    )


def test_a_migration_that_waits_is_named() -> None:
    ((app, last),) = MigrationLoader(connection).graph.leaf_nodes("robots")
    MigrationRecorder(connection).record_unapplied(app, last)
    state, words = Doctor().says("migrations")
    assert state == "failed"
    assert f"1 migration waits (robots.{last})" in words


@pytest.mark.usefixtures("cast")
def test_a_clock_that_is_an_hour_behind_is_told(moved: Time) -> None:
    assert Doctor().says("clock")[0] == "ok"
    moved.shift_process(timedelta(hours=-1))
    state, words = Doctor().says("clock")
    if connection.vendor == "postgresql":
        assert state == "failed"
        assert "the database's are 1 hour apart" in words
    else:  # which has no clock but this machine's
        assert state == "warning"
        assert " ahead: the clock of a machine is wrong" in words


@pytest.fixture
def keyring_file(
    cast: Cast, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """The right keyring, in a file of the test's own, which this process has not seen yet."""
    monkeypatch.setattr(keyring, "_fitting", set())
    copied = tmp_path / "keyring.json"
    copied.write_bytes(settings.ROSTER_KEYRING_FILE.read_bytes())
    copied.chmod(0o600)
    settings.ROSTER_KEYRING_FILE = copied
    return copied


def test_another_keyring_fails(keyring_file: Path, cast: Cast) -> None:
    assert Doctor().says("keyring")[0] == "ok"
    keyring_file.unlink()
    keyring.create()
    keyring.forget()
    state, words = Doctor().says("keyring")
    assert state == "failed"
    assert "root 1 does not fit; restore it" in words


def test_a_keyring_that_is_gone_or_open_to_others_fails(keyring_file: Path) -> None:
    keyring_file.chmod(0o644)
    assert "is open to others (mode 0644)" in Doctor().says("keyring")[1]
    keyring_file.unlink()
    state, words = Doctor().says("keyring")
    assert (state, "cannot be read: No such file" in words) == ("failed", True)


def test_a_root_that_nothing_uses_is_named(keyring_file: Path) -> None:
    keyring.add_root()
    keyring_file.chmod(0o600)
    assert Doctor().says("keyring") == (
        "ok",
        "It is this database's, and private. Roots in use: 1; unused: 2.",
    )


@pytest.mark.usefixtures("sound")
def test_signing_keys_that_are_missing_closed_or_end_soon(clock: object) -> None:
    assert Doctor().says("signing-keys")[0] == "ok"
    with undone():
        SigningKey.objects.filter(state=State.NEXT, purpose="registry").delete()
        assert (
            Doctor().says("signing-keys")[1].startswith("No key waits to follow: Registry tokens.")
        )
        SigningKey.objects.filter(purpose="access-tokens").delete()
        assert Doctor().says("signing-keys")[0] == "failed"
        assert "No key signs: OAuth access tokens" in Doctor().says("signing-keys")[1]
    with undone():
        SigningKey.objects.filter(purpose="robot-tokens").update(private=b"x" * 60)
        assert (
            "Cannot be opened with this keyring: Robot tokens" in Doctor().says("signing-keys")[1]
        )
    clock.shift(timedelta(days=3600))  # type: ignore[attr-defined] # time_machine's
    state, words = Doctor().says("signing-keys")
    assert (state, "A certificate of registry keys ends on" in words) == ("warning", True)


def test_jobs_that_never_ran_are_late_or_fail() -> None:
    assert Doctor().says("jobs")[0] == "failed"
    assert "No job has run lately. Start `run_jobs`" in Doctor().says("jobs")[1]
    all_jobs_ran()
    assert Doctor().says("jobs")[0] == "ok"
    JobLock.objects.filter(name="verify-audit").update(failures=2, failure="ValueError")
    assert Doctor().says("jobs")[0] == "warning"
    assert "verify-audit (ValueError)" in Doctor().says("jobs")[1]
    JobLock.objects.filter(name="send-mail").update(ran_at=timezone.now() - timedelta(hours=1))
    state, words = Doctor().says("jobs")
    assert (state, words.startswith("Overdue: send-mail.")) == ("failed", True)


def test_letters_that_wait_are_retried_or_given_up() -> None:
    assert Doctor().says("mail") == ("ok", "Nothing waits or failed.")
    letter = put(Letter("ada@example.com", "Hello", "Text"))
    assert Doctor().says("mail") == ("ok", "1 letter is waiting, and none failed.")
    row = OutgoingMail.objects.filter(pk=letter.pk)
    row.update(attempts=MAX_ATTEMPTS)
    state, words = Doctor().says("mail")
    assert (state, words.startswith("1 letter is given up within 30 days, and 0")) == (
        "warning",
        True,
    )
    row.update(attempts=1, due_at=timezone.now() - timedelta(hours=1))
    state, words = Doctor().says("mail")
    assert (state, "nobody sends: is `run_jobs` running?" in words) == ("failed", True)
    assert "ada@example.com" not in Doctor().printed


def test_webhooks_that_nothing_gets_through_to_are_named(hook: object) -> None:
    assert Doctor().says("webhooks") == ("not applicable", "There are no webhooks.")
    webhook = hook().webhook  # type: ignore[operator] # a fixture that makes one
    assert Doctor().says("webhooks")[0] == "ok"
    webhook.failing_since = timezone.now()
    webhook.save()
    state, words = Doctor().says("webhooks")
    assert (state, "1 webhook, or" in words, "acme/chat" in words) == ("warning", True, True)
    assert webhook.url not in Doctor().printed


def test_an_audit_log_that_was_changed_or_not_verified_lately() -> None:
    organization = OrganizationFactory(slug="acme")
    row = AuditCheck.objects.create(
        chain=organization.uuid.hex, checked_at=timezone.now(), number=7, fault_count=0
    )
    assert Doctor().says("audit-log")[0] == "ok"
    AuditCheck.objects.update(checked_at=timezone.now() - timedelta(days=3))
    assert Doctor().says("audit-log")[0] == "warning"
    row.fault_count = 1
    row.save()
    state, words = Doctor().says("audit-log")
    assert (state, "behind Roster's back (acme)" in words) == ("failed", True)


def test_checkpoints_that_are_gone_late_or_ahead(settings: Settings, tmp_path: Path) -> None:
    settings.ROSTER_AUDIT_CHECKPOINTS = tmp_path / "checkpoints.jsonl"
    organization = OrganizationFactory(slug="acme")
    go_on(organization, 3)
    checkpoint()
    assert Doctor().says("checkpoints")[0] == "ok"
    settings.ROSTER_AUDIT_CHECKPOINTS.unlink()
    state, words = Doctor().says("checkpoints")
    assert (state, "is gone, and with it" in words) == ("failed", True)
    settings.ROSTER_AUDIT_CHECKPOINTS.mkdir()
    assert "cannot be read: Is a directory" in Doctor().says("checkpoints")[1]


def test_events_that_no_checkpoint_knows_of(clock: object) -> None:
    go_on(OrganizationFactory(slug="acme"))
    clock.shift(timedelta(hours=4))  # type: ignore[attr-defined] # time_machine's
    state, words = Doctor().says("checkpoints")
    assert (state, "since 4 hours ago is not written down" in words) == ("warning", True)


def test_an_older_database_is_told(settings: Settings, tmp_path: Path) -> None:
    settings.ROSTER_AUDIT_CHECKPOINTS = tmp_path / "checkpoints.jsonl"
    organization = OrganizationFactory(slug="acme")
    with undone():
        go_on(organization, 3)
        checkpoint()
    state, words = Doctor().says("checkpoints")
    assert (state, "an older backup was put back" in words) == ("failed", True)
    assert AuditHead.objects.filter(chain=organization.uuid.hex).count() == 0


def test_a_disk_that_fills_up(settings: Settings) -> None:
    assert Doctor().says("disk")[0] == "ok"
    settings.ROSTER_DISK_WARNING_MB = 10_000_000
    state, words = Doctor().says("disk")
    assert (state, "Make room" in words) == ("failed", True)


def test_static_files_that_were_not_collected(settings: Settings) -> None:
    assert Doctor().says("static-files") == ("not applicable", "They are served as they are.")
    backend = {"BACKEND": "console.static_files.BundledStaticFilesStorage"}
    settings.STORAGES = {"staticfiles": backend}
    state, words = Doctor().says("static-files")
    assert (state, "pages have no style" in words) == ("failed", True)


def test_a_check_that_raises_is_told_and_stops_no_other(settings: Settings) -> None:
    settings.JOBS = {"broken": ("console.nowhere.job", 5)}
    doctor = Doctor()
    assert doctor.says("jobs")[0] == "failed"
    assert "This could not be checked: ModuleNotFoundError" in doctor.says("jobs")[1]
    assert doctor.says("disk")[0] == "ok"


@pytest.mark.parametrize("wrong", ["0", "61", "soon"])
def test_how_long_a_check_may_wait_has_bounds(wrong: str) -> None:
    with pytest.raises(CommandError, match="--timeout"):
        call_command("doctor", "--timeout", wrong)


def test_json_is_one_document() -> None:
    assert json.loads(Doctor().printed).keys() == {"state", "checks"}
