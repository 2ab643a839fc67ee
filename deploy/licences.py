"""Every package that Roster runs on, with version and licence: `make licences`."""  # noqa: INP001 - a script

import re
import sys
from collections.abc import Iterator
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
PINNED = re.compile(r"^(?P<requirement>[A-Za-z0-9][^\s\\#]*==[^\\#]*)", re.MULTILINE)
# What packages write that name no identifier of SPDX, and what their licence files are.
SPDX = {
    "Apache Software License": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "BSD 3-Clause": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
LONGEST = 60


def locked() -> Iterator[str]:
    """The names in `requirements.txt` that this machine needs."""
    for found in PINNED.finditer((ROOT / "requirements.txt").read_text()):
        requirement = Requirement(found["requirement"].strip())
        if requirement.marker is None or requirement.marker.evaluate():
            yield requirement.name


def licence_of(package: PackageMetadata) -> str:
    """What it says, as SPDX writes it: its expression, else its field, else its classifiers."""
    said = package.get("License-Expression") or package.get("License") or ""
    if not said or "\n" in said or len(said) > LONGEST:
        begin = "License :: OSI Approved :: "
        classifiers = package.get_all("Classifier") or []
        own = [it.removeprefix(begin) for it in classifiers if it.startswith(begin)]
        said = " AND ".join(SPDX.get(it, it) for it in own)
    parts = re.split(r" (OR|AND) ", said)
    return " ".join(SPDX.get(part, part) for part in parts)


def main() -> int:
    missing = False
    for name in locked():
        try:
            package = metadata(name)
        except PackageNotFoundError:
            sys.stderr.write(f"{name} is not installed\n")
            missing = True
            continue
        licence = licence_of(package)
        missing = missing or not licence
        sys.stdout.write(f"{name:<32}{package['Version']:<12}{licence or 'says nothing'}\n")
    return int(missing)


if __name__ == "__main__":
    sys.exit(main())
