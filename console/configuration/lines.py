"""How a line of the log looks to a person at a terminal. It loads nothing, as what forks workers must not."""

import logging
import os
import sys
from collections.abc import Mapping
from typing import Any, TextIO

FORMATS = JSON, TEXT = ("json", "text")
# What a line of text has no room for, or says in its first words already.
LEFT_OUT = {"timestamp", "level", "event", "logger", "address"}
OF_REQUEST = LEFT_OUT | {
    "request_id",
    "trace_id",
    "method",
    "route",
    "path",
    "status",
    "milliseconds",
}
WIDTH = 72
RED, YELLOW, CYAN, GREEN, FAINT = ("31", "33", "36", "32", "2")
BY_STATUS = {2: GREEN, 3: CYAN, 4: YELLOW, 5: RED}
BY_LEVEL = {"warning": YELLOW, "error": RED, "critical": RED}


def format_for(stream: str) -> str:
    """Text where `stdout` or `stderr` is a terminal, else JSON."""
    output = getattr(sys, stream)
    return TEXT if output is not None and output.isatty() else JSON


def takes_colour(stream: str) -> bool:
    """Whether a terminal is behind it that takes colours, and nobody wants none (no-color.org)."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM", "dumb") == "dumb"
    return not plain and format_for(stream) == TEXT


class Output(logging.StreamHandler[TextIO]):
    """Writes lines, and loses those that a full disk or a closed pipe does not take: to say so, as the
    standard library does, would be thirty lines to the same place. A mistake of ours is shown.
    """

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        if not isinstance(sys.exception(), OSError):
            super().handleError(record)


class Text:
    """Makes one line of an entry of the log; a traceback follows in lines of its own."""

    def __init__(self, *, coloured: bool) -> None:
        self.coloured = coloured

    def __call__(self, entry: Mapping[str, Any]) -> str:
        is_request = entry.get("event") == "request" and "milliseconds" in entry
        line = self._of_request(entry) if is_request else self._of_other(entry)
        trace = entry.get("exception")
        shown = f"{self._in(FAINT, str(entry.get('timestamp', ''))[11:19])}  {line}"
        return f"{shown}\n{trace}" if trace else shown

    def _of_request(self, entry: Mapping[str, Any]) -> str:
        status = int(entry["status"])
        colour = BY_STATUS.get(status // 100, "")
        path = _plain(entry.get("path") or "no such page")
        took = self._in(FAINT, f"{entry['milliseconds']:.0f} ms")
        rest = _rest(entry, OF_REQUEST)
        return f"{self._in(colour, str(status))}  {entry['method']:<6} {path}  {took}{rest}"

    def _of_other(self, entry: Mapping[str, Any]) -> str:
        level = str(entry.get("level", "info")).lower()
        first = f"{self._in(BY_LEVEL[level], level)}: " if level in BY_LEVEL else ""
        return f"{first}{_plain(entry.get('event', ''))}{_rest(entry, LEFT_OUT | {'exception'})}"

    def _in(self, colour: str, words: str) -> str:
        return f"\x1b[{colour}m{words}\x1b[0m" if self.coloured and colour else words


def framed(text: str) -> str:
    """`text` between two rules, apart from the lines around it; its lines stay whole: one may be a link."""
    rule = "─" * WIDTH if _can_draw() else "-" * WIDTH
    lines = "\n".join(f"  {_plain(line)}".rstrip() for line in text.splitlines())
    return f"\n{rule}\n{lines}\n{rule}\n\n"


def _can_draw() -> bool:
    return "utf" in (getattr(sys.stdout, "encoding", "") or "").lower()


def _rest(entry: Mapping[str, Any], left_out: set[str]) -> str:
    return "".join(
        f"  {name}={_plain(value)}" for name, value in entry.items() if name not in left_out
    )


def _plain(value: object) -> str:
    """In one line, and nothing in it that would move a terminal's cursor."""
    return "".join(char if char.isprintable() else " " for char in str(value))
