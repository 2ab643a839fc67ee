"""Real scanners, and the engines that others search with: programs of Python in a folder of their own."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.interop.processes import PATIENCE_SECONDS, ROOT, require_tool

SCANNERS = ROOT / ".venv" / "scanners"
SECRETLINT = ROOT / ".venv/node/node_modules/.bin/secretlint"
# Reads expressions and lines; writes what each expression finds whole in each line.
RE2 = """
import json, re2, sys
asked = json.load(sys.stdin)
print(json.dumps({name: [[found.group(1) for found in re2.finditer(shape, line)] for line in asked["lines"]]
                  for name, shape in asked["shapes"].items()}))
"""
# Whether each expression is found in each line at all.
HYPERSCAN = """
import hyperscan, json, sys
asked, answer = json.load(sys.stdin), {}
for name, shape in asked["shapes"].items():
    database = hyperscan.Database()
    database.compile(expressions=[shape.encode()], ids=[0], elements=1, flags=hyperscan.HS_FLAG_ALLOWEMPTY)
    answer[name] = []
    for line in asked["lines"]:
        seen = []
        database.scan(line.encode(), match_event_handler=lambda *found: seen.append(found) and None)
        answer[name].append(bool(seen))
print(json.dumps(answer))
"""


def require_scanners() -> dict[str, str]:
    """The environment in which Python finds them; without them the test is skipped, or fails in CI."""
    if not SCANNERS.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail("the scanners are not installed")
        pytest.skip("the scanners are not installed: tests/install-programs.sh")
    return os.environ | {"PYTHONPATH": str(SCANNERS)}


def ask_engine(program: str, shapes: dict[str, str], lines: list[str]) -> dict[str, list[Any]]:
    """What an engine finds of each expression, line by line."""
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=json.dumps({"shapes": shapes, "lines": lines}),
        env=require_scanners(),
        text=True,
        capture_output=True,
        check=False,
        timeout=PATIENCE_SECONDS,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    answer: dict[str, list[Any]] = json.loads(done.stdout)
    return answer


def detect_secrets(plugin: Path, folder: Path) -> set[tuple[int, str]]:
    """The lines in which the plugin's kind of secret was found, with the SHA-1 of what."""
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "detect_secrets",
            "scan",
            "--plugin",
            str(plugin),
            "--all-files",
            ".",
        ],
        cwd=folder,
        env=require_scanners(),
        text=True,
        capture_output=True,
        check=False,
        timeout=PATIENCE_SECONDS,
    )
    assert done.returncode == 0, done.stderr
    (found,) = json.loads(done.stdout)["results"].values()
    of_ours = [each for each in found if each["type"] == "Roster secret"]
    return {(each["line_number"], each["hashed_secret"]) for each in of_ours}


def secretlint(rules: Path, file: Path) -> list[int]:
    """The lines about which it complains."""
    require_tool("node")
    if not SECRETLINT.is_file() and os.environ.get("CI") != "true":
        pytest.skip("secretlint is not installed: tests/install-programs.sh")
    said = file.with_suffix(".said")  # into a pipe it does not write all of a long answer
    with said.open("w") as output:
        done = subprocess.run(
            [SECRETLINT, "--secretlintrc", rules, "--no-color", file.name],
            cwd=file.parent,
            stdout=output,
            check=False,
            timeout=PATIENCE_SECONDS,
        )
    assert done.returncode in {0, 1}
    found = re.findall(r"^\s+(\d+):\d+\s+error", said.read_text(), re.MULTILINE)
    return [*map(int, found)]
