"""What `make` says on a machine where something is missing."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def make(folder: Path, script: str) -> subprocess.CompletedProcess[str]:
    """Begin an environment with a Python of which `script` is the whole truth."""
    shutil.copy(ROOT / "Makefile", folder)
    python = folder / "python"
    python.write_text(f"#!/bin/sh\n{script}\n")
    python.chmod(0o755)
    return subprocess.run(
        ["make", ".venv/bin/python", f"PYTHON={python}"],
        cwd=folder,
        text=True,
        capture_output=True,
        timeout=60,
        check=False,
    )


def test_a_python_without_venv_is_said_in_words(tmp_path: Path) -> None:
    """Debian's has `venv` and no `ensurepip`: it would begin an environment that has no pip."""
    without = f'case "$2" in *ensurepip*) exit 1;; esac; exec {sys.executable} "$@"'
    done = make(tmp_path, without)
    assert done.returncode != 0
    assert done.stdout == (
        "Roster needs Python's venv, which Debian and Ubuntu have apart: apt-get install python3-venv\n"
    )
    assert not (tmp_path / ".venv").exists()


def test_an_environment_that_could_not_be_made_is_not_left_behind(tmp_path: Path) -> None:
    broken = 'case "$*" in "-m venv"*) mkdir -p .venv/bin; touch .venv/bin/python; exit 1;; esac'
    done = make(tmp_path, f'{broken}; exec {sys.executable} "$@"')
    assert done.returncode != 0
    assert not (tmp_path / ".venv").exists()


def test_an_old_python_is_said_in_words(tmp_path: Path) -> None:
    done = make(tmp_path, "exit 1")
    assert done.stdout == (
        "Roster needs Python 3.11 or newer: install it, or name it: make PYTHON=/path/to/python3.12\n"
    )
