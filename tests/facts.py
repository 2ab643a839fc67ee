"""How much a run asserts: `python -m pytest -p tests.facts` counts tests, subtests and requests.

Requests are those to pages and API in the process. Whoever makes tests cheaper compares the counts
before and after.
"""

from collections import Counter
from typing import Any

import pytest
from django.core.signals import request_started

_counted: Counter[str] = Counter()


def _count_request(**_: Any) -> None:
    _counted["requests"] += 1


def pytest_sessionstart() -> None:
    request_started.connect(_count_request)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """The process that others work for hears of every test; each of the others of its own."""
    if report.when == "call" and report.passed:
        _counted["subtests" if isinstance(report, pytest.SubtestReport) else "tests"] += 1


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A process that works for another hands it what only it has seen."""
    workeroutput = getattr(session.config, "workeroutput", None)
    if workeroutput is not None:
        workeroutput["requests"] = _counted["requests"]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    _counted["requests"] += node.workeroutput["requests"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.write_line(", ".join(f"{count} {name}" for name, count in _counted.items()))
