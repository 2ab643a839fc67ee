"""Standard input, output and error as they come: closed, or of a terminal without UTF-8."""

import io
import os
import sys
from pathlib import Path

WRITE, ERROR = 1, 2
NOTHING = Path(os.devnull)


def prepare() -> None:
    """Let each stream be there, and let none fail for a character that it has not."""
    if sys.stdin is None:
        sys.stdin = NOTHING.open(encoding="utf-8")
    if sys.stdout is None:
        sys.stdout = _closed()
    if sys.stderr is None:
        sys.stderr = NOTHING.open("w", encoding="utf-8")
    for stream, errors in ((sys.stdin, "surrogateescape"), (sys.stdout, "backslashreplace")):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=errors)


def drop() -> None:
    """Forget what could not be written: Python tries once more as it ends, and would complain."""
    for number, stream in ((WRITE, sys.stdout), (ERROR, sys.stderr)):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), number)


def _closed() -> io.TextIOWrapper:
    """A standard output that fails, instead of losing what is written without a word."""
    # Nothing else that is opened may get its number.
    os.dup2(os.open(os.devnull, os.O_RDONLY), WRITE)
    return open(WRITE, "w", encoding="utf-8", closefd=False)
