"""The formats of events: what an event links is what its number says, in every later version, too."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from pytest_django import Settings

from console.audit import links
from console.audit.verification import verify_chain
from console.models import AuditHead, Event
from tests.console.logs import Log, go_on

FIRST = (
    "action actor_kind actor_label actor_uuid address after before chain created_at number"
    " organization_slug request_id root_number target_kind target_label target_uuid token_uuid uuid"
)
# Written once for each format and never changed: events of it lie in databases and files. What links
# one field more gets the next number and a row here.
FORMATS = {
    1: (FIRST, "729fb1a689f6cbe3dd57554bdbbf1802330fa69afeed2b1322fbd51b9690e20f"),
    2: (
        FIRST.replace("created_at", "created_at format"),
        "ed1273d47e137adfd0e5245d0528d5d012b5127b25430aaa2184130855696f34",
    ),
}
UUIDS = {
    name: UUID(int=number)
    for number, name in enumerate(("actor_uuid", "target_uuid", "token_uuid", "uuid"), 1)
}
ROW: dict[str, Any] = UUIDS | {
    "action": "robot:updated",
    "actor_kind": "user",
    "actor_label": "Grüße",
    "address": "192.0.2.7",
    "after": {"name": "b", "addresses": []},
    "before": {"name": "a"},
    "chain": "site",
    "created_at": datetime(2026, 11, 22, 13, 15, 28, 1, UTC),
    "number": 7,
    "organization_slug": "acme",
    "request_id": "f00",
    "root_number": 1,
    "target_kind": "robot",
    "target_label": "payments+ci",
}
# What is no part of an event's content.
UNLINKED = {"id", "link", "by_machine"}


@pytest.fixture
def file(settings: Settings, tmp_path: Path) -> None:
    settings.ROSTER_AUDIT_CHECKPOINTS = tmp_path / "checkpoints.jsonl"


def linked(number: int) -> bytes:
    row = ROW | {"format": number}
    return links.link(b"p" * 32, [row[name] for name in links.LINKED_FIELDS], b"k" * 32)


def test_each_format_is_written_down_here() -> None:
    assert {number: it.fields for number, it in links.LAYOUTS.items()} == {
        number: tuple(fields.split()) for number, (fields, _) in FORMATS.items()
    }


@pytest.mark.parametrize("number", FORMATS)
def test_a_format_links_for_ever_what_it_linked_at_first(number: int) -> None:
    assert linked(number).hex() == FORMATS[number][1]


def test_every_column_is_linked_by_the_newest_format() -> None:
    columns = {column.name for column in Event._meta.concrete_fields}
    assert columns - UNLINKED == set(links.LAYOUTS[links.FORMAT].fields)


@pytest.mark.usefixtures("file")
def test_a_chain_that_began_in_the_first_format_goes_on_in_the_newest(db: None) -> None:
    log, previous = Log(), b""
    for event in log.events.order_by("number"):
        event.format = 1 if event.number <= 10 else links.FORMAT
        row = [getattr(event, name) for name in links.LINKED_FIELDS]
        previous = event.link = links.link(previous, row, links.key(event.root_number))
        event.save(update_fields=["format", "link"])
    AuditHead.objects.update(link=previous, seal=links.seal(log.chain, 24, previous, 1))
    go_on(log.organization)
    assert verify_chain(log.chain) == []
    assert log.events.filter(format=1).count() == 10


@pytest.mark.django_db
def test_what_does_not_say_its_format_is_of_the_first() -> None:
    """So writes version 0.1.0, also while it still runs beside this one."""
    columns = {name: value for name, value in ROW.items() if name != "link"}
    event = Event.objects.create(**columns, link=b"l" * 32)
    assert Event.objects.get(pk=event.pk).format == 1


@pytest.mark.usefixtures("file")
def test_an_unknown_format_is_a_fault_of_that_event_alone(db: None) -> None:
    log = Log()
    log.events.filter(number=5).update(format=99)
    assert [(fault.number, fault.text) for fault in log.found()] == [
        (5, "the event does not follow from the one before it")
    ]
