"""A PostgreSQL server of the test's own, on a free port of 127.0.0.1."""

import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, LiteralString, TypeVar

import psycopg

from tests.interop.processes import (
    PATIENCE_SECONDS,
    Installation,
    children,
    command_of,
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
        self.account = self._own_account()
        data = str(self.folder / "data")
        self._do(
            "initdb", "-D", data, "-U", ACCOUNT, "--auth=trust", "--no-sync", "--encoding=UTF8"
        )

    def _own_account(self) -> str | None:
        """PostgreSQL refuses to run as root, so its folder belongs to its own account."""
        account = ACCOUNT if os.geteuid() == 0 else None
        if account:
            shutil.chown(self.folder, account)
        return account

    def _do(self, program: str, *arguments: str) -> None:
        made = subprocess.run(
            [str(Path(self.program).with_name(program)), *arguments],
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

    def run(self, statement: LiteralString, *, writing: bool = False) -> None:
        """A statement of the operator's; `writing` also where sessions are read-only by default."""
        with psycopg.connect(self.url, autocommit=True) as session:
            if writing:
                session.execute("SET default_transaction_read_only = off")
            session.execute(statement)

    def value(self, question: LiteralString) -> Any:
        """The one value of a question of the operator's."""
        return self.rows(question)[0][0]

    def rows(self, question: LiteralString) -> list[tuple[Any, ...]]:
        """What comes of a question of the operator's."""
        with psycopg.connect(self.url, autocommit=True) as session:
            return session.execute(question).fetchall()

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

    def kill(self) -> None:
        """End it and all that belongs to it as when a machine loses its power: nobody is told."""
        assert self.process is not None
        everything = [self.process.pid, *children(self.process.pid)]
        self._signal(signal.SIGKILL)
        self.process.wait(PATIENCE_SECONDS)
        self.process = None
        eventually(lambda: not any(map(command_of, everything)), "all of PostgreSQL has ended")

    def kill_a_session(self) -> None:
        """Let the process of one client die: the server ends the others as well, and recovers."""
        assert self.process is not None
        found = children(self.process.pid)
        os.kill(next(pid for pid in found if "127.0.0.1" in command_of(pid)), signal.SIGKILL)

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


class Standby(PostgreSQL):
    """A copy of another server, which follows it until it is promoted."""

    def __init__(self, folder: Path, primary: PostgreSQL) -> None:
        self.primary = primary
        super().__init__(folder)

    def _make(self) -> None:
        self.account = self._own_account()
        self._do(
            "pg_basebackup",
            f"--dbname={self.primary.url}",
            f"--pgdata={self.folder / 'data'}",
            "--write-recovery-conf",
            "--checkpoint=fast",
            "--no-sync",
        )

    def hold_back(self) -> None:
        """Receive what the primary does, and do none of it yet."""
        self.run("SELECT pg_wal_replay_pause()")

    def promote(self) -> None:
        """Be the primary soon, and from then on."""
        self.run("SELECT pg_promote(wait => false)")


def on_postgresql(database: PostgreSQL, folder: Path) -> Installation:
    """A Roster that keeps its rows in `database` and its keys in `folder`."""
    return Installation(
        folder,
        ROSTER_DATABASE_URL=database.url,
        ROSTER_KEYRING_FILE=str(folder / "keyring.json"),
        ROSTER_SECRET_KEY="only-for-tests-" * 4,
    )


Server = TypeVar("Server", bound=PostgreSQL)


@contextmanager
def postgresql(folder: Path) -> Iterator[PostgreSQL]:
    with reachable(folder, "postgresql") as place, running(PostgreSQL(place)) as server:
        yield server


@contextmanager
def standby(folder: Path, primary: PostgreSQL) -> Iterator[Standby]:
    with reachable(folder, "standby") as place, running(Standby(place, primary)) as server:
        yield server


@contextmanager
def running(server: Server) -> Iterator[Server]:
    """The server, until it is not needed any more."""
    server.start()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def reachable(folder: Path, name: str) -> Iterator[Path]:
    """A folder that goes: below the test's private one another account could not reach its data."""
    place = Path(f"/tmp/{folder.name}-{os.getpid()}-{name}")
    place.mkdir(mode=0o700)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)
