"""Progress of long work, on stderr and only where somebody watches it."""

import sys
from collections.abc import Iterable, Iterator
from typing import Any

from roster.lazy import load

# Up to so many, work is over before anybody wonders.
SHORT = 100


def counting(
    things: Iterable[Any], verb: str, *, total: int | None = None, after: int = SHORT
) -> Iterator[Any]:
    """The things as they come, with a line that counts them once they have become many."""
    if not sys.stderr.isatty():
        yield from things
        return
    iterator = iter(things)
    for count, one in enumerate(iterator, start=1):
        yield one
        if count == after:
            yield from _shown(iterator, verb, total, count)


def _shown(things: Iterator[Any], verb: str, total: int | None, done: int) -> Iterator[Any]:
    bars, console = load("rich.progress"), load("rich.console")
    columns = (bars.SpinnerColumn(), f"{verb} …", bars.MofNCompleteColumn())
    with bars.Progress(
        *columns,
        console=console.Console(stderr=True),
        transient=True,
        # What is printed meanwhile goes where it belongs.
        redirect_stdout=False,
        redirect_stderr=False,
    ) as bar:
        task = bar.add_task(verb, total=total, completed=done)
        for one in things:
            bar.advance(task)
            yield one
