"""Databases on a PostgreSQL server: one that is named, or a throw-away cluster of Debian's package."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from bench.machine import HERE, free_port, on_core, server_core
from bench.options import THROWAWAY

PROGRAMS = Path("/usr/lib/postgresql/15/bin")
FOLDER = Path("/tmp/roster-bench-postgresql")  # its owner is not the caller
SETTINGS = {
    "listen_addresses": HERE,
    "unix_socket_directories": str(FOLDER),
    "shared_buffers": "1GB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "4GB",
    "effective_cache_size": "8GB",
    "random_page_cost": "1.1",
}


@dataclass(frozen=True, slots=True)
class Cluster:
    """A server, by the address of any of its databases."""

    address: str

    def url(self, name: str) -> str:
        """The address of the database `name`."""
        return urlunsplit(urlsplit(self.address)._replace(path=f"/{name}"))

    def create(self, url: str) -> None:
        """An empty database at `url`, in place of what was there."""
        name = sql.Identifier(urlsplit(url).path.strip("/"))
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
            connection.execute(sql.SQL("CREATE DATABASE {}").format(name))

    def has(self, url: str) -> bool:
        """Whether there is a database at `url`."""
        name = urlsplit(url).path.strip("/")
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            return found.fetchone() is not None


@contextmanager
def cluster(database: str, *, keep: bool) -> Iterator[Cluster | None]:
    """The server that `--database` names; `None` for SQLite."""
    if not database:
        yield None
    elif database != THROWAWAY:
        yield Cluster(database)
    else:
        port = free_port()
        server = _start(port)
        try:
            yield Cluster(f"postgresql://postgres@{HERE}:{port}/postgres")
        finally:
            server.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown
            server.wait()
            if not keep:
                shutil.rmtree(FOLDER)


def _as_postgres(command: list[str]) -> list[str]:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return command
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", *command]


def _start(port: int) -> "subprocess.Popen[bytes]":
    """Make the cluster if it is not there, and run it where Roster runs: on the server's core."""
    FOLDER.mkdir(exist_ok=True)
    if os.geteuid() == 0:
        shutil.chown(FOLDER, "postgres", "postgres")
    data = FOLDER / "data"
    if not data.exists():
        initdb = [str(PROGRAMS / "initdb"), "-D", str(data), "--auth=trust", "--username=postgres"]
        subprocess.run(_as_postgres(initdb), check=True, stdout=subprocess.DEVNULL, cwd=FOLDER)
    settings = [part for item in SETTINGS.items() for part in ("-c", "=".join(item))]
    command = [str(PROGRAMS / "postgres"), "-D", str(data), "-p", str(port), *settings]
    server = subprocess.Popen(
        on_core(server_core(), _as_postgres(command)), cwd=FOLDER, stderr=subprocess.DEVNULL
    )
    ready = [str(PROGRAMS / "pg_isready"), "-q", "-h", HERE, "-p", str(port), "-t", "1"]
    while subprocess.run(ready, check=False).returncode:
        if server.poll() is not None:
            raise SystemExit("PostgreSQL did not start; see its data folder")
    return server
