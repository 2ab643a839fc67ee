"""V15, once more: under which licences what Roster runs on may be used."""

import re
import subprocess
import sys

from tests.checklist import ROOT

ALLOWED = {
    *("MIT", "MIT-0", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "PSF-2.0", "CC0-1.0"),
    # A library that is used as it is and can be replaced.
    "LGPL-3.0-only",
    # A list of public suffixes in one, and documentation in the other: files that nobody changes.
    *("MPL-2.0", "CC-BY-4.0"),
}


def listed() -> dict[str, str]:
    """Package -> licence, as `make licences` says."""
    command = [sys.executable, "deploy/licences.py"]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    rows = [line.split(maxsplit=2) for line in done.stdout.splitlines()]
    return {name: licence for name, _, licence in rows}


def is_allowed(licence: str) -> bool:
    """Whether one of several to choose from is, with all of its parts."""
    choices = licence.split(" OR ")
    return any(ALLOWED.issuperset(choice.split(" AND ")) for choice in choices)


def test_all_that_roster_runs_on_may_be_used() -> None:
    """V15.1.2: each package of the lock file says its licence, and it is one of those that are allowed."""
    found = listed()
    direct = re.findall(r"(?m)^([A-Za-z0-9-]+)", (ROOT / "requirements.in").read_text())
    assert {name.lower() for name in direct} <= found.keys()
    assert {name: licence for name, licence in found.items() if not is_allowed(licence)} == {}


def test_the_list_is_read_as_it_is_written() -> None:
    assert is_allowed("GPL-3.0-only OR MIT")
    assert not is_allowed("MIT AND GPL-3.0-only")
    assert not is_allowed("says nothing")
