"""A PostgreSQL server of the test's own, on a free port of 127.0.0.1."""

import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

from tests.interop.processes import (
    PATIENCE_SECONDS,
    Installation,
    children,
    eventually,
    free_port,
    require_tool,
)

PROGRAMS = "/usr/lib/postgresql/15/bin"
ACCOUNT = "postgres"


class PostgreSQL:
    """The server; it can be stopped and started again over the same data."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.program = require_tool(f"{PROGRAMS}/postgres", "postgres")
        self.process: subprocess.Popen[bytes] | None = None
        self._make()

    @property
    def url(self) -> str:
        return f"postgresql://{ACCOUNT}@127.0.0.1:{self.port}/postgres"

    def _make(self) -> None:
        """PostgreSQL refuses to run as root, so its folder belongs to its own account."""
        self.account = ACCOUNT if os.geteuid() == 0 else None
        if self.account:
            shutil.chown(self.folder, self.account)
        made = subprocess.run(
            [
                str(Path(self.program).with_name("initdb")),
                "-D",
                str(self.folder / "data"),
                "-U",
                ACCOUNT,
                "--auth=trust",
                "--no-sync",
                "--encoding=UTF8",
            ],
            user=self.account,
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert made.returncode == 0, made.stderr

    def _environment(self) -> dict[str, str]:
        home = pwd.getpwnam(self.account).pw_dir if self.account else os.environ["HOME"]
        return {"PATH": os.environ["PATH"], "HOME": home, "LC_ALL": "C.UTF-8"}

    def start(self) -> None:
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [
                    self.program,
                    "-D",
                    str(self.folder / "data"),
                    "-p",
                    str(self.port),
                    "-c",
                    "listen_addresses=127.0.0.1",
                    "-c",
                    "unix_socket_directories=",
                    "-c",
                    "fsync=off",
                ],
                user=self.account,
                env=self._environment(),
                stdout=log,
                stderr=log,
            )
        eventually(self.answers, "PostgreSQL answers")

    def answers(self) -> bool:
        try:
            with psycopg.connect(self.url, connect_timeout=2):
                return True
        except psycopg.OperationalError:
            return False

    def break_connections(self) -> None:
        """End every other session, as a fail-over does."""
        with psycopg.connect(self.url, autocommit=True) as session:
            session.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )

    def freeze(self) -> None:
        """Let it hang: connections stay open and are acknowledged, and nothing is answered any longer."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: int) -> None:
        assert self.process is not None
        for pid in (self.process.pid, *children(self.process.pid)):
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(2)  # fast shutdown: sessions are ended
            self.process.wait(PATIENCE_SECONDS)
            self.process = None


def on_postgresql(database: PostgreSQL, folder: Path) -> Installation:
    """A Roster that keeps its rows in `database` and its keys in `folder`."""
    return Installation(
        folder,
        ROSTER_DATABASE_URL=database.url,
        ROSTER_KEYRING_FILE=str(folder / "keyring.json"),
        ROSTER_SECRET_KEY="only-for-tests-" * 4,
    )


@contextmanager
def postgresql(folder: Path) -> Iterator[PostgreSQL]:
    # Below the test's private folder another account could not reach its data.
    place = Path(f"/tmp/{folder.name}-{os.getpid()}-postgresql")
    place.mkdir(mode=0o700)
    server = PostgreSQL(place)
    server.start()
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(place, ignore_errors=True)
