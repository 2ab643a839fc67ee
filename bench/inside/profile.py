"""Where the time goes: `python -m bench.inside.profile ANSWER`, functions by their own time."""

import cProfile
import json
import sys
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from types import CodeType
from typing import Any

from bench.data import KNOWN
from bench.inside.calls import Request, call
from bench.inside.hot import token_request
from bench.machine import ROOT

SHOWN = 25


def _rows(action: Callable[[], object], times: int) -> list[dict[str, Any]]:
    """The most expensive functions: calls, own and whole µs for one `action`."""
    action()
    profiler = cProfile.Profile()
    profiler.enable()
    for _ in range(times):
        action()
    profiler.disable()
    found = sorted(profiler.getstats(), key=lambda entry: -entry.inlinetime)[:SHOWN]
    return [
        {
            "function": _name(entry.code),
            "calls": entry.callcount / times,
            "own": entry.inlinetime * 1e6 / times,
            "whole": entry.totaltime * 1e6 / times,
        }
        for entry in found
    ]


def _name(code: str | CodeType) -> str:
    """Short enough for a table: the module's end and the function."""
    if isinstance(code, str):
        return code.strip("<>").replace("built-in method ", "")[-60:]
    module = code.co_filename.removeprefix(f"{ROOT}/").rpartition("site-packages/")[2]
    return f"{module[-50:]} {code.co_name}"


def profile(known: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The token service, the list of robots and the sign-in page."""
    logins = cycle([token_request(login, known["service"]) for login in known["signed"]])
    listed = Request(known["addresses"]["robots"], headers={"cookie": known["cookies"]})
    return {
        "registry token": _rows(lambda: call(next(logins)), 2_000),
        "list of robots": _rows(lambda: call(listed), 30),
    }


if __name__ == "__main__":
    answer = Path(sys.argv[1])
    answer.write_text(json.dumps(profile(json.loads(answer.with_name(KNOWN).read_text()))))
