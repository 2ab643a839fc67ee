"""The audit log as a file: CSV for a spreadsheet, JSON lines for a program, a piece at a time."""

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from console.audit.recording import document
from console.audit.sentences import sentence
from console.models import Event
from console.spreadsheets import csv_lines

PIECE = 500
COLUMNS = (
    "number",
    "created_at",
    "actor_kind",
    "actor",
    "action",
    "sentence",
    "target_kind",
    "target",
    "target_uuid",
    "token_uuid",
    "address",
    "request_id",
    "before",
    "after",
    "uuid",
)


def pieces(events: QuerySet[Event]) -> Iterator[list[Event]]:
    """The events from the oldest on; never more of them in memory than one piece."""
    last, ordered = 0, events.order_by("number")
    while piece := list(ordered.filter(number__gt=last)[:PIECE]):
        yield piece
        last = piece[-1].number


def json_lines(events: QuerySet[Event]) -> Iterator[str]:
    """All that a copy can be verified by."""
    for piece in pieces(events):
        yield "".join(f"{json.dumps(document(event))}\n" for event in piece)


def csv_pieces(events: QuerySet[Event]) -> Iterator[str]:
    """A heading and a line for each event, many lines at once."""
    lines = csv_lines(COLUMNS, (_cells(event) for piece in pieces(events) for event in piece))
    while piece := "".join(islice(lines, PIECE)):
        yield piece


def _cells(event: Event) -> tuple[object, ...]:
    return (
        event.number,
        event.created_at,
        event.actor_kind,
        event.actor_label,
        event.action,
        sentence(event),
        event.target_kind,
        event.target_label,
        event.target_uuid,
        event.token_uuid,
        event.address,
        event.request_id,
        _values(event.before),
        _values(event.after),
        event.uuid,
    )


def _values(values: dict[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False) if values else ""


# Form -> ending, media type and how it is written
FILES = {
    "csv": ("csv", "text/csv; charset=utf-8", csv_pieces),
    "jsonl": ("jsonl", "application/jsonl; charset=utf-8", json_lines),
}
