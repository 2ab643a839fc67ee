"""The audit log as a file: CSV for a spreadsheet, JSON lines for a program, a piece at a time."""

import csv
import json
from collections.abc import Iterator
from io import StringIO
from typing import Any

from django.db.models import QuerySet

from console.audit.recording import document
from console.audit.sentences import sentence
from console.models import Event

PIECE = 500
# What a spreadsheet takes for a formula at the beginning of a cell (OWASP: CSV Injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r")
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
    """What is linked of each event, and its link, so that a copy can be verified."""
    for piece in pieces(events):
        yield "".join(f"{json.dumps(_linked(event))}\n" for event in piece)


def _linked(event: Event) -> dict[str, Any]:
    return document(event) | {"link": bytes(event.link).hex()}


def csv_lines(events: QuerySet[Event]) -> Iterator[str]:
    """A heading and a line for each event; no cell is a formula."""
    yield _written([COLUMNS])
    for piece in pieces(events):
        yield _written([_cells(event) for event in piece])


def _written(rows: list[Any]) -> str:
    buffer = StringIO()
    csv.writer(buffer).writerows([map(_harmless, row) for row in rows])
    return buffer.getvalue()


def _cells(event: Event) -> tuple[object, ...]:
    return (
        event.number,
        event.created_at.isoformat(),
        event.actor_kind,
        event.actor_label,
        event.action,
        sentence(event),
        event.target_kind,
        event.target_label,
        event.target_uuid or "",
        event.token_uuid or "",
        event.address,
        event.request_id,
        _values(event.before),
        _values(event.after),
        event.uuid,
    )


def _values(values: dict[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False) if values else ""


def _harmless(cell: object) -> str:
    text = str(cell)
    return f"'{text}" if text.startswith(FORMULA) else text


# Form -> ending, media type and how it is written
FILES = {
    "csv": ("csv", "text/csv; charset=utf-8", csv_lines),
    "jsonl": ("jsonl", "application/jsonl; charset=utf-8", json_lines),
}
