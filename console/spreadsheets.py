"""CSV as spreadsheets read it: in UTF-8 by its first bytes, with nothing that is taken for a formula."""

import csv
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Protocol

from django.http import StreamingHttpResponse

# Without it spreadsheet programs take a file for one of their own country's encoding.
BYTE_ORDER_MARK = "\ufeff"
# What a spreadsheet program takes for the beginning of a formula (OWASP: CSV Injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class Writer(Protocol):
    """What `csv.writer` gives."""

    def writerow(self, row: Iterable[object], /) -> object: ...


class _Line:
    """Gives back what is written to it, so that a line leaves as soon as it is made."""

    def write(self, text: str) -> str:
        return text


def cell(value: object) -> str:
    """`value` as a cell's text: moments as RFC 3339, nothing for none, formulas behind an apostrophe."""
    if value is None:
        return ""
    text = value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def csv_lines(headings: Iterable[str], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """The file, a line at a time."""
    writer: Writer = csv.writer(_Line())
    yield BYTE_ORDER_MARK + str(writer.writerow(headings))
    for row in rows:
        yield str(writer.writerow(cell(value) for value in row))


def csv_download(
    filename: str, headings: Iterable[str], rows: Iterable[Iterable[object]]
) -> StreamingHttpResponse:
    """`rows` as a file to keep. Only the row that is being written is in memory."""
    response = StreamingHttpResponse(
        csv_lines(headings, rows), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    response["Cache-Control"] = "no-store"
    return response
