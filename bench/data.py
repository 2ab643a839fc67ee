"""The data sets: what is in each, where it is kept, and filling it once."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.machine import ROOT, free_port, on_core, server_core
from bench.postgresql import Cluster

FOLDER = ROOT / "bench" / "data"
KNOWN = "known.json"
# Change it when the rows that are filled in change.
VERSION = 2


@dataclass(frozen=True, slots=True)
class Dataset:
    """So many rows in so many organizations, in a database and a folder of their own."""

    name: str
    robots: int
    tokens: int
    organizations: int
    database_url: str = ""

    @property
    def folder(self) -> Path:
        vendor = "postgresql" if self.database_url else "sqlite"
        return FOLDER / f"{vendor}-{self.name}"

    @property
    def filling(self) -> tuple[str, ...]:
        """What fills it: a module of `bench.inside` and its arguments."""
        return ("fill", str(self.robots), str(self.tokens), str(self.organizations))

    @property
    def known(self) -> dict[str, Any]:
        """What the filling wrote down: addresses, secrets, a session."""
        content: dict[str, Any] = json.loads((self.folder / KNOWN).read_text())
        return content

    def environment(self, **more: str) -> dict[str, str]:
        """Roster's environment over this data and nothing of the caller's."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ROSTER_")}
        kept |= {"ROSTER_DATA": str(self.folder), "DJANGO_SETTINGS_MODULE": "console.settings"}
        if self.database_url:
            kept["ROSTER_DATABASE_URL"] = self.database_url
            kept["ROSTER_KEYRING_FILE"] = str(self.folder / "keyring.json")
            kept["ROSTER_SECRET_KEY_FILE"] = str(self.folder / "secret_key")
        return kept | more


def datasets(
    robots: int, tokens: int, organizations: int, cluster: Cluster | None
) -> list[Dataset]:
    """All in one organization, the same over many, and a thousandth of it for the growth of costs."""
    sizes = {
        "one": (robots, tokens, 1),
        "many": (robots, tokens, min(organizations, robots // 10)),
        "small": (max(robots // 1000, 100), max(tokens // 1000, 1000), 1),
    }
    return [
        Dataset(name, *size, database_url=cluster.url(f"roster_bench_{name}") if cluster else "")
        for name, size in sizes.items()
    ]


def _fingerprint(dataset: Dataset) -> dict[str, Any]:
    paths = sorted(ROOT.glob("*/migrations/0*.py"))
    schema = hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()
    return {"version": VERSION, "filling": list(dataset.filling), "schema": schema}


def ready(dataset: Dataset, cluster: Cluster | None) -> float:
    """Fill the data set unless it is there from an earlier run. Returns the seconds it took."""
    stamp, wanted = dataset.folder / "filled.json", _fingerprint(dataset)
    gone = cluster is not None and not cluster.has(dataset.database_url)
    if not gone and stamp.exists() and json.loads(stamp.read_text()) == wanted:
        return 0.0
    started = time.monotonic()
    shutil.rmtree(dataset.folder, ignore_errors=True)
    dataset.folder.mkdir(parents=True)
    if cluster:
        (dataset.folder / "secret_key").write_text("only-for-figures-" * 4)
        cluster.create(dataset.database_url)
    inside(dataset, *dataset.filling)
    stamp.write_text(json.dumps(wanted))
    return time.monotonic() - started


def inside(dataset: Dataset, module: str, *arguments: str) -> Any:  # noqa: ANN401 - JSON
    """Run `bench.inside.<module>` in a process of the product's over the data; what it found.

    It runs on the server's core, so that its figures compare with the server's.
    """
    answer, log = dataset.folder / f"{module}.json", dataset.folder / f"{module}.log"
    command = [sys.executable, "-m", f"bench.inside.{module}", str(answer), *arguments]
    environment = dataset.environment(PORT=str(free_port()))
    with log.open("w") as output:
        done = subprocess.run(
            on_core(server_core(), command),
            cwd=ROOT,
            env=environment,
            check=False,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    if done.returncode:
        raise SystemExit(f"{module} failed over {dataset.name}; its last words are in {log}")
    return json.loads(answer.read_text())


def remove(wanted: list[Dataset]) -> None:
    """Take the data sets away."""
    for dataset in wanted:
        shutil.rmtree(dataset.folder, ignore_errors=True)
