"""The container image: built on a base of Debian's packages, and run as an operator runs it."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.interop.processes import ROOT, require_tool

BASE, IMAGE = "localhost/roster-base:latest", "localhost/roster:latest"
FOLDER = ROOT / "deploy" / "container"
# What a Python image has, and no more.
PACKAGES = "python3,python3-venv,ca-certificates"
LOCKED = [ROOT / "requirements.txt", FOLDER / "requirements-sbom.txt"]
# A request of packages over a slow line takes its time.
BUILD_SECONDS = 1800
# Fewer rights than the image asks for, as an operator may choose.
HARDENED = ["--read-only", "--tmpfs=/tmp", "--cap-drop=all", "--security-opt=no-new-privileges"]
# Others than those of whoever runs the tests may be refused.
LIMITS = ["--ulimit=nofile=4096:4096", "--ulimit=nproc=1000:1000"]


class Podman:
    """Images and containers of a folder of their own, which is no other's and goes with it."""

    def __init__(self, folder: Path) -> None:
        require_tool("runc")
        self.folder = folder
        self.command = [
            require_tool("podman"),
            f"--root={folder / 'images'}",
            f"--runroot={folder / 'run'}",
            "--runtime=runc",
            "--cgroup-manager=cgroupfs",
            "--events-backend=file",
        ]

    def run(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [*self.command, *words],
            text=True,
            capture_output=True,
            timeout=BUILD_SECONDS,
            check=False,
            cwd=ROOT,
        )
        assert not check or done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
        return done

    def make_base(self) -> None:
        """An image of the distribution's packages; no hub is asked."""
        archive = self.folder / "base.tar"
        subprocess.run(
            [
                require_tool("mmdebstrap"),
                "--quiet",
                "--variant=essential",
                f"--include={PACKAGES}",
                _distribution(),
                str(archive),
            ],
            check=True,
            timeout=BUILD_SECONDS,
        )
        self.run("import", "--quiet", str(archive), BASE)
        archive.unlink()

    def build(self) -> None:
        """The Containerfile as it is; pip finds there what it would find on this machine."""
        wheels, settings = self.folder / "wheels", self.folder / "pip.conf"
        for locked in LOCKED:
            self._fetch(locked, wheels)
        settings.write_text("[global]\nno-index = true\nfind-links = /wheels\n")
        self.run(
            "build",
            "--isolation=chroot",
            "--format=docker",
            "--pull=never",
            f"--build-arg=BASE={BASE}",
            "--build-arg=VERSION=1.2.3",
            f"--volume={wheels}:/wheels:ro",
            f"--volume={settings}:/etc/pip.conf:ro",
            f"--file={FOLDER / 'Containerfile'}",
            f"--tag={IMAGE}",
            ".",
        )

    def _fetch(self, locked: Path, wheels: Path) -> None:
        """Everything that is pinned, whatever Python it is for: the base's is another one than ours."""
        every = self.folder / locked.name
        every.write_text(re.sub(r" ; [^\\\n]*", " ", locked.read_text()))
        version = self.run("run", "--rm", "--network=host", *LIMITS, BASE, *_python_version())
        subprocess.run(
            [
                *(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"),
                *("--disable-pip-version-check", "--require-hashes", "--only-binary=:all:"),
                *("--python-version", version.stdout.strip(), "--dest", str(wheels)),
                *("--requirement", str(every)),
            ],
            check=True,
            timeout=BUILD_SECONDS,
        )

    def inspect(self, name: str) -> Any:
        """What there is to be known about a container or an image."""
        return json.loads(self.run("inspect", name).stdout)[0]

    @contextmanager
    def running(self, *options: str) -> Iterator[str]:
        """A container of the image; its name."""
        done = self.run("run", "--detach", "--network=host", *HARDENED, *LIMITS, *options, IMAGE)
        name = done.stdout.strip()
        try:
            yield name
        finally:
            self.run("rm", "--force", "--time=0", "--volumes", name)


def _python_version() -> list[str]:
    return ["python3", "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]


def _distribution() -> str:
    """The name of the Debian that the tests run on."""
    release = Path("/etc/os-release").read_text()
    found = re.search(r"^VERSION_CODENAME=(\w+)$", release, re.MULTILINE)
    if found is None or "debian" not in release.lower():
        pytest.skip("mmdebstrap makes Debian's images, on Debian")
    return found[1]


def require_containers(podman: Podman) -> None:
    """Skip where the kernel lets nobody run containers, as inside of many: it says so itself."""
    done = podman.run(
        "run", "--rm", "--network=host", *HARDENED, *LIMITS, BASE, "true", check=False
    )
    if done.returncode:
        pytest.skip(f"no containers run here: {done.stderr.strip().splitlines()[-1]}")


def is_root() -> bool:
    return os.geteuid() == 0
