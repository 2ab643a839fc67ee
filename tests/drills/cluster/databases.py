"""The databases of a cluster: a primary, and a standby that has all that was acknowledged."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.interop.postgresql import PostgreSQL, Standby, reachable, running
from tests.interop.processes import eventually

WAITED_FOR = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'"


class Copied(PostgreSQL):
    """One that begins with what another one had when it was stopped."""

    def __init__(self, folder: Path, source: Path) -> None:
        self.source = source
        super().__init__(folder)

    def _make(self) -> None:
        self.account = self._own_account()
        subprocess.run(
            ["cp", "--archive", str(self.source / "data"), str(self.folder)],
            user=self.account,
            cwd="/",
            check=True,
        )


@contextmanager
def primary(folder: Path, source: Path | None) -> Iterator[PostgreSQL]:
    with reachable(folder, "primary") as place:
        server = PostgreSQL(place) if source is None else Copied(place, source)
        with running(server):
            yield server


@contextmanager
def follower(folder: Path, leader: PostgreSQL) -> Iterator[Standby]:
    """A standby without which the primary acknowledges nothing."""
    with reachable(folder, "standby") as place, running(Standby(place, leader)) as server:
        leader.run("ALTER SYSTEM SET synchronous_standby_names = '*'")
        leader.run("SELECT pg_reload_conf()")
        eventually(lambda: leader.value(WAITED_FOR), "the standby is waited for")
        yield server
