"""The JSON lines of events: enough to verify what came after a backup, and to name what is missing."""

import json
from typing import Any

import pytest
from django.test import TestCase

from console.audit import evidence, links
from console.audit.evidence import Told
from console.audit.recording import document
from tests.browsers import browser
from tests.conftest import Cast
from tests.console.logs import LENGTH, Log, go_on
from tests.leak_search import Haystack, logged
from tests.snapshots import undone

LATER = 6


@pytest.fixture
def log(db: None) -> Log:
    return Log()


@pytest.fixture
def lines(log: Log) -> list[str]:
    """What left on standard output after a backup that is here again; for the number n + 1 stands at n."""
    with undone():
        return told(log)


def told(log: Log) -> list[str]:
    """The lines of six more events."""
    haystack = Haystack()
    with logged(haystack), TestCase.captureOnCommitCallbacks(execute=True):
        go_on(log.organization, LATER)
    return haystack.log.getvalue().splitlines()


def verified(lines: list[str]) -> Told:
    (chain,) = evidence.verify(evidence.from_lines(lines))
    return chain


def facts(lines: list[str]) -> tuple[list[int], list[int], list[tuple[int, str]]]:
    """Which numbers are verified, which are only told, and what is wrong at which."""
    found = verified(lines)
    numbers = [line.number for line in found.lines if line.is_verified]
    told_alone = [line.number for line in found.lines if not line.is_verified]
    return numbers, told_alone, [(fault.number, fault.text) for fault in found.faults]


ALL = list(range(LENGTH + 1, LENGTH + LATER + 1))


def test_a_line_says_all_that_is_linked_and_its_link(log: Log, lines: list[str]) -> None:
    line = json.loads(lines[0])
    assert {*links.LINKED_FIELDS, "link"} <= line.keys()
    assert (line["number"], line["chain"]) == (LENGTH + 1, log.chain)
    assert line["target_uuid"] == str(log.organization.uuid)
    assert len(bytes.fromhex(line["link"])) == 32


def test_lines_are_verified_from_the_last_event_that_is_here(lines: list[str]) -> None:
    assert facts(lines) == (ALL, [], [])
    found = verified(lines)
    assert found.lines[0].after == {"name": "N1"}
    assert found.end == LENGTH + LATER


def test_lines_of_several_replicas_in_any_order_are_one_chain(log: Log, lines: list[str]) -> None:
    earlier = [json.dumps(document(event)) for event in log.events.order_by("number")]
    assert facts([*lines[::-1], *lines, *earlier]) == (ALL, [], [])
    assert verified([*lines, *earlier]).common == LENGTH


def test_what_stands_before_and_between_them_is_skipped(lines: list[str]) -> None:
    cut = [line[:200] for line in lines[:1]]
    framed = [f"2026-11-29T08:00:00Z stdout F {line}" for line in lines]
    others = ["", "not ours", '{"event": "request", "status": 200}', '{"actor_kind": 7}', *cut]
    assert facts([*others, *framed]) == (ALL, [], [])
    assert evidence.from_lines([*others, *framed]).unread == 2


def test_a_gap_is_named_and_what_follows_it_is_only_told(lines: list[str]) -> None:
    assert facts([*lines[:2], *lines[4:]]) == (
        [LENGTH + 1, LENGTH + 2, LENGTH + 6],
        [LENGTH + 5],
        [
            (LENGTH + 3, f"events {LENGTH + 3} to {LENGTH + 4} are missing"),
            (LENGTH + 5, "the event told cannot be verified"),
        ],
    )


def test_a_gap_at_the_beginning_is_named(lines: list[str]) -> None:
    numbers, told_alone, faults = facts(lines[1:])
    assert (numbers, told_alone) == (ALL[2:], [LENGTH + 2])
    assert faults[0] == (LENGTH + 1, f"event {LENGTH + 1} is missing")


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("action", "robot:deleted"),
        ("target_uuid", "00000000-0000-4000-8000-000000000000"),
        ("after", {"name": "other"}),
        ("format", 1),
        ("format", 99),
        ("root_number", 99),
        ("link", "00" * 32),
    ],
)
def test_a_line_that_roster_did_not_write_is_not_believed(
    lines: list[str], part: str, value: Any
) -> None:
    forged = json.dumps(json.loads(lines[2]) | {part: value})
    numbers, told_alone, faults = facts([*lines[:2], forged, *lines[3:]])
    assert (numbers, told_alone) == (ALL[:2] + ALL[4:], [ALL[3]])
    assert faults[0] == (ALL[2], "the event told is not the one Roster wrote")
    assert facts([*lines[:2], forged, *lines[2:]]) == (ALL, [], [])


def test_the_chain_may_have_gone_on_since_the_backup_came_back(log: Log, lines: list[str]) -> None:
    earlier = [json.dumps(document(event)) for event in log.events.order_by("number")]
    go_on(log.organization, 3)
    assert facts([*earlier, *lines]) == (ALL, [], [])
    assert verified([*earlier, *lines]).common == LENGTH
    assert facts(lines) == (ALL, [], [])


def test_lines_of_the_first_format_are_verified_as_well(log: Log) -> None:
    with undone():
        go_on(log.organization)
        event = log.events.get(number=LENGTH + 1)
    event.format, before = 1, bytes(log.events.get(number=LENGTH).link)
    columns = [getattr(event, name) for name in links.LINKED_FIELDS]
    event.link = links.link(before, columns, links.key(event.root_number))
    line = document(event)
    del line["format"]
    assert facts([json.dumps(line)]) == ([LENGTH + 1], [], [])


def test_an_organization_that_the_backup_does_not_know_is_verified_from_its_beginning(
    log: Log, lines: list[str]
) -> None:
    whole = [json.dumps(document(event)) for event in log.events.order_by("number")]
    log.events.delete()
    assert facts([*whole, *lines])[0] == [*range(1, LENGTH + 1), *ALL]


def test_a_line_of_a_request_verifies_with_its_id_and_address(cast: Cast) -> None:
    haystack = Haystack()
    with undone(), logged(haystack), TestCase.captureOnCommitCallbacks(execute=True):
        browser(cast.owner).post(f"{cast.robot.get_absolute_url()}suspension/")
    found = verified(haystack.log.getvalue().splitlines())
    assert [line.action for line in found.lines] == ["robot:disabled"]
    assert found.lines[0].is_verified
    assert found.lines[0].values["request_id"]
