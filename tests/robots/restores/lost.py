"""A backup that came back, for tests: what happened after it is undone, and its lines are there."""

from collections.abc import Callable

from django.test import TestCase

from console.audit import evidence
from robots.restores.examination import Finding, findings
from tests.leak_search import Haystack, logged
from tests.snapshots import undone


def lost(change: Callable[[], object]) -> list[str]:
    """The lines of what happened after the backup that is here again."""
    haystack = Haystack()
    with undone(), logged(haystack), TestCase.captureOnCommitCallbacks(execute=True):
        change()
    return haystack.log.getvalue().splitlines()


def found(lines: list[str]) -> list[Finding]:
    return findings(evidence.verify(evidence.from_lines(lines)))


def said(lines: list[str]) -> list[str]:
    """Each thing that works again, in a few words."""
    return [f"{each.revived.kind}: {each.revived.fate}" for each in found(lines)]


def end_all(lines: list[str]) -> list[str]:
    """What could not be ended, and why."""
    return [hindrance for each in found(lines) if (hindrance := each.end())]


def settled(lines: list[str], *words: str) -> None:
    """It is said like that, and ends."""
    assert said(lines) == list(words)
    assert end_all(lines) == []
    assert said(lines) == []
