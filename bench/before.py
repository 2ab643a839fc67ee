"""An older version of Roster beside this one, from the history: its own code, packages and data."""

import io
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.data import FOLDER, KNOWN, Dataset
from bench.machine import ROOT, free_port, on_core, server_core
from bench.postgresql import Cluster
from bench.server import Running, running


@dataclass(frozen=True, slots=True)
class Older:
    """A version by its commit, over as many rows as `like` has."""

    commit: str
    like: Dataset
    database_url: str = ""

    @property
    def code(self) -> Path:
        return FOLDER / f"code-{self.commit}"

    @property
    def python(self) -> Path:
        return self.code / ".venv" / "bin" / "python"

    @property
    def dataset(self) -> Dataset:
        like = self.like
        size = (like.robots, like.tokens, like.organizations)
        return Dataset(f"{like.name}-{self.commit}", *size, database_url=self.database_url)

    @property
    def known(self) -> dict[str, Any]:
        """What its own filling wrote down."""
        return self.dataset.known

    def ready(self, cluster: Cluster | None) -> None:
        """Unpack, install and fill, unless that was done before."""
        if not self.python.exists():
            self._unpack()
        folder = self.dataset.folder
        gone = cluster is not None and not cluster.has(self.database_url)
        if (folder / KNOWN).exists() and not gone:
            return
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        if cluster:
            (folder / "secret_key").write_text("only-for-figures-" * 4)
            cluster.create(self.database_url)
        self._inside(*self.dataset.filling)
        self._inside("prepare")

    def _unpack(self) -> None:
        packed = subprocess.run(
            ["git", "archive", self.commit], cwd=ROOT, check=True, capture_output=True
        ).stdout
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            archive.extractall(self.code, filter="data")
        subprocess.run(
            ["make", "--silent", f"PYTHON={sys.executable}", ".venv/product"],
            cwd=self.code,
            check=True,
        )

    def _inside(self, module: str, *arguments: str) -> None:
        answer = self.dataset.folder / f"{module}.json"
        command = [str(self.python), "-m", f"bench.inside.{module}", str(answer), *arguments]
        environment = self.dataset.environment(PORT=str(free_port()))
        subprocess.run(command, cwd=self.code, env=environment, check=True, capture_output=True)


def is_there(commit: str) -> bool:
    """Whether the repository's history has it: a copy without history does not."""
    command = ["git", "cat-file", "-e", f"{commit}^{{commit}}"]
    return subprocess.run(command, cwd=ROOT, check=False, capture_output=True).returncode == 0


@contextmanager
def older_roster(older: Older) -> Iterator[Running]:
    """The older version over its own data, with one worker on the server's core."""
    port = free_port()
    command = on_core(server_core(), [str(older.python), "manage.py", "serve"])
    environment = older.dataset.environment(PORT=str(port), ROSTER_WORKERS="1")
    log = older.dataset.folder / "server.log"
    with running(command, port, "/livez", log, environment, cwd=older.code) as server:
        yield server


def remove(older: Older) -> None:
    """Take its data away, and its code."""
    shutil.rmtree(older.dataset.folder, ignore_errors=True)
    shutil.rmtree(older.code, ignore_errors=True)


def described(older: Older) -> str:
    """What it is, in a line."""
    shown = ["git", "log", "-1", "--format=%h of %as", older.commit]
    return subprocess.run(
        shown, cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.strip()
