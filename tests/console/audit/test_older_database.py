"""An older backup that is put back: the checkpoints tell, and /readyz says so until it is accepted."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from console.audit.acceptance import ACCEPTED, NOTICED
from console.audit.checkpoints import checkpoint
from console.audit.older_database import unaccepted, words
from console.audit.purge import purge_old
from console.audit.recording import OPERATOR, changing, record
from console.audit.services import accept_older_database
from console.models import AuditHead, Event
from console.models.events import SITE
from tests.console.logs import LENGTH, Log, go_on, verified
from tests.front import Answer, ask
from tests.snapshots import undone

UNREADY = (503, ["restore_check"])


@pytest.fixture(autouse=True)
def file(settings: Settings, tmp_path: Path) -> Path:
    path: Path = tmp_path / "checkpoints.jsonl"
    settings.ROSTER_AUDIT_CHECKPOINTS = path
    return path


@pytest.fixture
def log(db: None) -> Log:
    return Log()


def readiness() -> tuple[int, list[str]]:
    answer: Answer = ask("/readyz")
    return answer.status, answer.json.get("failed", [])


READY: tuple[int, list[str]] = (200, [])


def site_events() -> list[str]:
    return list(
        Event.objects.filter(chain=SITE).order_by("number").values_list("action", flat=True)
    )


def restore_from_before(log: Log, lost: int = 3) -> None:
    """So many events and a checkpoint, and then the database as it was before them."""
    with undone():
        go_on(log.organization, lost)
        checkpoint()


def test_a_database_that_goes_on_from_its_checkpoints_is_ready(log: Log) -> None:
    assert readiness() == READY  # four events were added since the last one
    checkpoint()
    assert readiness() == READY
    assert site_events() == []


def test_an_older_database_is_noticed_once_and_not_ready(log: Log) -> None:
    restore_from_before(log)
    assert [readiness(), readiness()] == [UNREADY, UNREADY]
    assert site_events() == [NOTICED]
    noticed = Event.objects.get(action=NOTICED)
    (chain,) = noticed.after["chains"]
    assert (chain["chain"], chain["here"], chain["seen"]) == (log.chain, LENGTH, LENGTH + 3)


def test_one_that_has_grown_past_its_checkpoints_is_noticed_too(log: Log) -> None:
    restore_from_before(log)
    go_on(log.organization, 5)
    assert readiness() == UNREADY


def test_a_chain_that_is_gone_altogether_is_noticed(log: Log) -> None:
    log.events.delete()
    AuditHead.objects.all().delete()
    assert readiness() == UNREADY


def test_a_replica_whose_file_ends_earlier_learns_it_from_the_database(
    log: Log, file: Path, settings: Settings
) -> None:
    older = file.with_name("other-replica.jsonl")
    shutil.copy(file, older)
    restore_from_before(log)
    settings.ROSTER_AUDIT_CHECKPOINTS = older
    assert readiness() == READY
    settings.ROSTER_AUDIT_CHECKPOINTS = file
    assert readiness() == UNREADY
    settings.ROSTER_AUDIT_CHECKPOINTS = older
    assert readiness() == UNREADY
    assert site_events() == [NOTICED]


def test_without_a_file_there_is_nothing_to_compare(log: Log, file: Path) -> None:
    restore_from_before(log)
    file.unlink()
    assert readiness() == READY


def test_a_file_that_cannot_be_read_is_a_failed_check(log: Log, file: Path) -> None:
    file.unlink()
    file.mkdir()
    assert readiness() == UNREADY
    assert site_events() == []
    file.rmdir()
    assert readiness() == READY


def test_lines_that_roster_did_not_sign_tell_nothing(log: Log, file: Path) -> None:
    content = file.read_bytes()
    restore_from_before(log)
    added = file.read_bytes().removeprefix(content)
    file.write_bytes(content + added.replace(b'"number":27', b'"number":99'))
    assert readiness() == READY


def test_no_checkpoint_and_no_purge_until_it_is_accepted(
    log: Log, file: Path, settings: Settings
) -> None:
    restore_from_before(log)
    settings.ROSTER_AUDIT_KEEP_DAYS = 1
    content = file.read_bytes()
    with time_machine.travel(timezone.now() + timedelta(days=1000), tick=False):
        assert (checkpoint(), purge_old()) == (0, 0)
    assert file.read_bytes() == content
    assert log.events.count() == LENGTH


def test_an_accepted_one_is_ready_and_verifies_on_every_replica(
    log: Log, file: Path, settings: Settings
) -> None:
    restore_from_before(log)
    other = file.with_name("other-replica.jsonl")
    shutil.copy(file, other)
    assert readiness() == UNREADY
    assert verified()[0] == 1
    assert accept_older_database(actor=OPERATOR)
    assert site_events() == [NOTICED, ACCEPTED]
    assert Event.objects.get(action=ACCEPTED).actor_label == "operator"
    for own in (file, other):
        settings.ROSTER_AUDIT_CHECKPOINTS = own
        assert readiness() == READY
        assert verified()[0] == 0
    go_on(log.organization, 9)
    assert (checkpoint(), verified()[0], readiness()) == (1, 0, READY)


def test_accepting_writes_down_where_every_chain_ends(log: Log, file: Path) -> None:
    restore_from_before(log)
    before = file.read_bytes().count(b"\n")
    assert accept_older_database(actor=OPERATOR)
    assert file.read_bytes().count(b"\n") == before + AuditHead.objects.count()
    assert not accept_older_database(actor=OPERATOR)
    assert site_events() == [NOTICED, ACCEPTED]


def test_another_older_backup_is_noticed_again(log: Log) -> None:
    restore_from_before(log)
    accept_older_database(actor=OPERATOR)
    restore_from_before(log, lost=1)
    assert readiness() == UNREADY
    assert site_events() == [NOTICED, ACCEPTED, NOTICED]


def test_a_backup_from_before_an_acceptance_is_noticed_again(log: Log) -> None:
    restore_from_before(log)
    with undone():
        accept_older_database(actor=OPERATOR)
        assert readiness() == READY
    assert site_events() == []
    assert readiness() == UNREADY


def test_what_roster_did_not_write_accepts_nothing(log: Log) -> None:
    """Whoever writes the table could otherwise hide what they cut."""
    restore_from_before(log)
    assert readiness() == UNREADY
    forged = Event.objects.get(action=NOTICED)
    forged.pk, forged.number, forged.action = None, forged.number + 1, ACCEPTED
    forged.uuid = log.organization.uuid
    forged.save(force_insert=True)
    assert readiness() == UNREADY


def test_a_backup_from_before_a_purge_verifies_once_accepted(log: Log, settings: Settings) -> None:
    settings.ROSTER_AUDIT_KEEP_DAYS = 1
    with time_machine.travel(timezone.now() + timedelta(days=30)) as later, undone():
        go_on(log.organization, 2)
        checkpoint()
        later.shift(timedelta(days=10))
        go_on(log.organization, 1)
        assert purge_old() == LENGTH + 2
        checkpoint()
    with time_machine.travel(timezone.now() + timedelta(days=50)):
        assert readiness() == UNREADY
        accept_older_database(actor=OPERATOR)
        assert (readiness(), verified()[0]) == (READY, 0)
        go_on(log.organization, 1)
        assert (checkpoint() > 0, verified()[0]) == (True, 0)


def test_being_ready_costs_two_queries_more(
    log: Log, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with changing(None) as chain:
        record(chain, actor=OPERATOR, action="x", target=log.organization)
    checkpoint()
    readiness()
    with django_assert_num_queries(3):  # whether it answers, the last word, the ends of all chains
        readiness()


def test_serve_says_what_is_behind_in_words(log: Log) -> None:
    assert words(unaccepted()) == []
    restore_from_before(log)
    said = "\n".join(words(unaccepted()))
    assert "THE DATABASE IS OLDER THAN ITS AUDIT LOG WAS" in said
    assert f"acme: ends at event {LENGTH}, and the checkpoint of " in said
    assert "restore_check --accept" in said
