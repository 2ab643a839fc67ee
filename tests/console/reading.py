"""The settings, read by processes that have nothing else in their environment, each for itself."""

import atexit
import functools
import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
SHOW = """
import json
from console import settings
print(json.dumps({name: str(getattr(settings, name)) for name in dir(settings) if name.isupper()}))
"""
# Loads what the settings load, and is stopped by a name that there is not before it makes anything.
# Each line is a process to begin here: a fork has loaded it already, and is a hundredth of the cost.
FORKING = """
import json, os, sys
os.environ["ROSTER_STOPS_HERE"] = "1"
try:
    import console.settings
except Exception:
    pass
for line in sys.stdin:
    given = json.loads(line)
    if not (child := os.fork()):
        os.environ.clear()
        os.environ.update(given["environment"])
        for number, name in enumerate(given["outputs"], start=1):
            os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT), number)
        exec(given["code"])
        sys.exit()
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
Done = subprocess.CompletedProcess[str]


def environment_of(data: Path, chosen: dict[str, str]) -> dict[str, str]:
    """All that a process has in its environment; `{data}` is the folder, and what is UNSET is not there."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ROSTER_")}
    named = {"ROSTER_DATA": str(data)} | chosen
    return clean | {key: text.format(data=data) for key, text in named.items() if text != "UNSET"}


def start_python(data: Path, **chosen: str) -> Done:
    """Read the settings in a process that starts from nothing."""
    return subprocess.run(
        [sys.executable, "-c", SHOW],
        cwd=ROOT,
        env=environment_of(data, chosen),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@functools.cache
def _forking() -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", FORKING],
        cwd=ROOT,
        env=environment_of(Path("/nowhere"), {}),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    atexit.register(process.communicate)
    return process


def start(data: Path, **chosen: str) -> Done:
    """Read the settings in a process that begins as a fork."""
    with TemporaryDirectory() as folder:
        outputs = [Path(folder) / name for name in ("out", "err")]
        given: dict[str, Any] = {
            "environment": environment_of(data, chosen),
            "outputs": [str(output) for output in outputs],
            "code": SHOW,
        }
        process = _forking()
        assert process.stdin
        assert process.stdout
        process.stdin.write(f"{json.dumps(given)}\n")
        process.stdin.flush()
        code = int(process.stdout.readline())
        return Done([SHOW], code, *(output.read_text() for output in outputs))
