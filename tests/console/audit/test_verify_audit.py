"""`verify_audit`: whatever is done to the log or its checkpoints behind Roster's back is found."""

import json
import os
import random
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import CommandError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from pytest_django import Settings

from console.audit import links
from console.audit.recording import OPERATOR, chain_of, changing, record
from console.models import AuditCheck, AuditHead, Event
from tests.console.logs import CHECKPOINTS, LENGTH, Log, Values, go_on, verified
from tests.factories import OrganizationFactory

MUTATIONS = 1_000 if os.environ.get("CI") == "true" else 100


@pytest.fixture(autouse=True)
def file(settings: Settings, tmp_path: Path) -> Path:
    settings.ROSTER_AUDIT_CHECKPOINTS = tmp_path / "audit" / "checkpoints.jsonl"
    path: Path = settings.ROSTER_AUDIT_CHECKPOINTS
    return path


@pytest.fixture
def log(db: None) -> Log:
    return Log()


def test_an_untouched_log_is_in_order(log: Log) -> None:
    assert verified() == (0, ["1 chains, 24 events, 3 checkpoints: all in order"])
    assert verified("--organization", "acme")[0] == 0


def test_a_fault_is_one_line_and_the_exit_code_one(log: Log) -> None:
    log.events.filter(number=3).update(action="robot:deleted")
    log.events.filter(number__in=(10, 11)).delete()
    code, lines = verified()
    assert code == 1
    assert lines == [
        "acme: event 3: the event does not follow from the one before it",
        "acme: event 10: events 10 to 11 are missing",
        "1 chains, 22 events, 3 checkpoints: 2 faults",
    ]


def test_the_same_as_json(log: Log) -> None:
    log.events.filter(number=LENGTH).delete()
    code, (line,) = verified("--json")
    found = json.loads(line)
    assert (code, found["ok"], found["checkpoints"]) == (1, False, {"lines": 3, "faults": []})
    (chain,) = found["chains"]
    assert (chain["name"], chain["events"], chain["fault_count"]) == ("acme", LENGTH - 1, 1)
    assert chain["faults"] == [{"number": 24, "text": "the chain should end at event 24"}]


def test_one_organization_is_verified_alone(log: Log) -> None:
    other = OrganizationFactory(slug="globex")
    go_on(other)
    Event.objects.filter(chain=chain_of(other)).update(action="x")
    assert verified("--organization", "acme")[0] == 0
    assert verified("--organization", "globex")[0] == 1
    assert verified()[0] == 1
    with pytest.raises(CommandError, match="there is no organization initech"):
        verified("--organization", "initech")


def test_the_result_is_kept(log: Log) -> None:
    verified()
    check = AuditCheck.objects.get(chain=log.chain)
    assert (check.number, check.fault_count, check.faults) == (LENGTH, 0, [])
    log.events.filter(number=3).update(action="x")
    verified()
    check.refresh_from_db()
    text = "the event does not follow from the one before it"
    assert (check.fault_count, check.faults) == (1, [[3, text]])


# What is done, and at which numbers it has to be found.
Mutation = Callable[[Log, random.Random], set[int]]


def edit(log: Log, chance: random.Random) -> set[int]:
    number, column = chance.randint(1, LENGTH), chance.choice(links.LINKED_FIELDS)
    others: Values = {
        "number": LENGTH + 5,
        "format": chance.choice([1, 99]),
        "root_number": 99,
        "created_at": timezone.now(),
        "chain": uuid4().hex,
        "uuid": uuid4(),
        "actor_uuid": uuid4(),
        "target_uuid": uuid4(),
        "token_uuid": uuid4(),
        "before": {"name": "other"},
        "after": {},
    }
    log.events.filter(number=number).update(**{column: others.get(column, "other")})
    return {number}


def edit_link(log: Log, chance: random.Random) -> set[int]:
    number = chance.randint(1, LENGTH)
    log.events.filter(number=number).update(link=chance.randbytes(32))
    return {number}


def remove(log: Log, chance: random.Random) -> set[int]:
    first = chance.randint(1, LENGTH)
    log.events.filter(number__range=(first, first + chance.randint(0, 3))).delete()
    return {first}


def remove_and_close_up(log: Log, chance: random.Random) -> set[int]:
    """What was behind moves up, and the end is written anew."""
    gone = chance.randint(1, LENGTH - 1)
    log.events.filter(number=gone).delete()
    for event in log.events.filter(number__gt=gone).order_by("number"):
        log.events.filter(pk=event.pk).update(number=event.number - 1)
    AuditHead.objects.update(number=F("number") - 1)
    return {gone}


def insert(log: Log, chance: random.Random) -> set[int]:
    place = chance.randint(1, LENGTH + 1)
    for event in log.events.filter(number__gte=place).order_by("-number"):
        log.events.filter(pk=event.pk).update(number=event.number + 1)
    forged = log.events.order_by("?").first()
    forged.pk, forged.number, forged.uuid = None, place, uuid4()
    forged.save(force_insert=True)
    AuditHead.objects.update(number=F("number") + 1)
    return {place}


def swap(log: Log, chance: random.Random) -> set[int]:
    first, second = chance.sample(range(1, LENGTH + 1), 2)
    one, two = (log.events.get(number=number) for number in (first, second))
    for event, number in ((one, 99), (two, first), (one, second)):
        log.events.filter(pk=event.pk).update(number=number)
    return {first, second}


def cut(log: Log, chance: random.Random) -> set[int]:
    """The tail goes, and the end says what the last event that is left says."""
    last = chance.randint(1, LENGTH - 1)
    log.events.filter(number__gt=last).delete()
    AuditHead.objects.update(number=last, link=log.events.get(number=last).link)
    return {last}


def cut_to_a_backup(log: Log, chance: random.Random) -> set[int]:
    """The end is what it once really was, seal and all: only the checkpoints know better."""
    last = chance.randint(1, CHECKPOINTS[-1] - 1)
    log.events.filter(number__gt=last).delete()
    AuditHead.objects.update(**log.ends[last])
    return {last + 1}


def cut_all(log: Log, chance: random.Random) -> set[int]:
    log.events.delete()
    AuditHead.objects.all().delete()
    return {1}


MUTATIONS_OF: tuple[Mutation, ...] = (
    edit,
    edit_link,
    remove,
    remove_and_close_up,
    insert,
    swap,
    cut,
    cut_to_a_backup,
    cut_all,
)


def test_every_random_mutation_is_found_and_located(log: Log) -> None:
    chance = random.Random(20261122)
    for turn in range(MUTATIONS):
        mutation = MUTATIONS_OF[turn % len(MUTATIONS_OF)]
        with transaction.atomic():
            numbers = mutation(log, chance)
            assert numbers <= log.numbers(), (turn, mutation.__name__, numbers, log.found())
            transaction.set_rollback(True)
    assert log.found() == []


def test_a_tail_cut_after_the_last_checkpoint_is_found_by_the_seal(log: Log) -> None:
    """And what only a checkpoint could tell apart is what it is for."""
    with transaction.atomic():
        log.events.filter(number__gt=22).delete()
        AuditHead.objects.update(number=22, link=log.events.get(number=22).link)
        assert [fault.text for fault in log.found()] == [
            "Roster did not end the chain here: its seal is not right"
        ]
        transaction.set_rollback(True)
    log.events.filter(number__gt=22).delete()
    AuditHead.objects.update(**log.ends[22])
    assert log.found() == []


def test_a_checkpoint_knows_what_the_database_has_forgotten(log: Log) -> None:
    log.events.filter(number__gt=10).delete()
    AuditHead.objects.update(**log.ends[10])
    (fault,) = log.found()
    assert fault.number == 11
    assert fault.text.endswith("saw event 20")
    assert verified()[0] == 1


def test_an_organization_without_a_beginning_is_a_fault(log: Log) -> None:
    OrganizationFactory(slug="globex")
    code, lines = verified()
    assert code == 1
    assert lines[0].startswith("globex: event 1: the chain is missing")


def test_a_broken_key_makes_no_million_lines(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.audit.verification.FAULT_LIMIT", 5)
    log.events.update(actor_label="x")
    code, lines = verified()
    assert (code, len(lines), lines[5]) == (1, 7, "acme: and 19 more")
    assert lines[6].endswith("24 faults")


def test_events_of_two_roots_and_of_every_shape_verify(log: Log) -> None:
    """What people wrote survives the way into the database and back."""
    values = {"b": ["é", "\u2028", "😀", 'q"\\'], "a": {"z": None, "y": [1, True, ""]}, "": 2**53}
    with changing(log.organization) as chain:
        record(chain, actor=OPERATOR, action="x", target=log.organization, after=values)
    assert log.found() == []
