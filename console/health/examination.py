"""Asking all checks. None hangs and none raises: each has a deadline, and its fault is its finding."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue

from console.databases.connections import limit_waiting, patience
from console.databases.faults import first_line
from console.health.catalogue import all_checks
from console.health.findings import (
    Asks,
    Check,
    Diagnosis,
    Finding,
    State,
    failed,
    masked,
    not_applicable,
)

# How long one check may wait.
SECONDS = 5.0
# What a check has besides, to say itself that it waited in vain.
GRACE = 0.5
WITHOUT_DATABASE = "Cannot be told while the database is at fault."
# Later checks of the database have nothing to ask when this one failed.
FIRST = "database"

Answers = SimpleQueue[Finding]


def examine(seconds: float = SECONDS) -> list[Diagnosis]:
    """What every check finds, in the order of the catalogue. None waits for longer than `seconds`."""
    checks, end = all_checks(), time.monotonic() + seconds + GRACE
    waiting = {
        check.name: _begun(check, seconds) for check in checks if check.asks != Asks.DATABASE
    }
    found = _asked([check for check in checks if check.asks == Asks.DATABASE], seconds)
    found |= {name: _taken(answers, end, seconds) for name, answers in waiting.items()}
    return [_diagnosis(check, found[check.name]) for check in checks]


def _diagnosis(check: Check, finding: Finding) -> Diagnosis:
    return Diagnosis(check.name, check.label, finding.state, masked(finding.words))


def _begun(check: Check, seconds: float) -> Answers:
    """Where the answer will be: a file system or a server that hangs holds this thread alone."""
    answers: Answers = SimpleQueue()
    arguments = (seconds,) if check.asks == Asks.NETWORK else ()
    threading.Thread(
        target=lambda: answers.put(_finding(check, *arguments)), daemon=True, name=check.name
    ).start()
    return answers


def _taken(answers: Answers, end: float, seconds: float) -> Finding:
    try:
        return answers.get(timeout=max(0.0, end - time.monotonic()))
    except Empty:
        return failed(f"There was no answer within {seconds:g} seconds.")


def _asked(checks: list[Check], seconds: float) -> dict[str, Finding]:
    """One after the other, over this thread's connection."""
    found: dict[str, Finding] = {}
    with _patient(seconds):
        for check in checks:
            first = found.get(FIRST)
            is_gone = first is not None and first.state == State.FAILED
            found[check.name] = not_applicable(WITHOUT_DATABASE) if is_gone else _finding(check)
    return found


def _finding(check: Check, *arguments: float) -> Finding:
    try:
        return check.run(*arguments)
    except Exception as fault:  # noqa: BLE001 - whatever it was, it is what this check found
        return failed(f"This could not be checked: {type(fault).__name__}: {first_line(fault)}")


@contextmanager
def _patient(seconds: float) -> Iterator[None]:
    """Let this thread wait so long for each answer of the database."""
    before = patience()
    limit_waiting(seconds if before is None else min(before, seconds))
    try:
        yield
    finally:
        limit_waiting(before)
