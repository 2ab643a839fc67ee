"""PgBouncer in front of a PostgreSQL of the test's own."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.interop.postgresql import ACCOUNT, PostgreSQL, reachable
from tests.interop.processes import PATIENCE_SECONDS, eventually, free_port, require_tool

SETTINGS = """
[databases]
* = host=127.0.0.1 port={server} user={account}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = {mode}
default_pool_size = {size}
max_client_conn = 200
"""


class PgBouncer:
    """The pooler; `size` connections to the server are all that its clients share."""

    def __init__(self, folder: Path, server: PostgreSQL, mode: str, size: int) -> None:
        self.folder, self.port, self.account = folder, free_port(), server.account
        self.program = require_tool("pgbouncer", "/usr/sbin/pgbouncer")
        self.file = folder / "pgbouncer.ini"
        places = {"server": server.port, "account": ACCOUNT, "port": self.port}
        self.file.write_text(SETTINGS.format(**places, mode=mode, size=size))
        if self.account:
            for path in (folder, self.file):
                shutil.chown(path, self.account)

    @property
    def url(self) -> str:
        return f"postgresql://{ACCOUNT}@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [self.program, str(self.file)],
                user=self.account,
                env={"PATH": os.environ["PATH"]},
                stdout=log,
                stderr=log,
            )
        eventually(self._answers, "PgBouncer answers")

    def _answers(self) -> bool:
        assert self.process.poll() is None, (self.folder / "log").read_text()
        try:
            with psycopg.connect(self.url, connect_timeout=2, autocommit=True):
                return True
        except psycopg.OperationalError:
            return False

    def stop(self) -> None:
        self.process.kill()
        self.process.wait(PATIENCE_SECONDS)


@contextmanager
def pgbouncer(
    folder: Path, server: PostgreSQL, *, mode: str = "transaction", size: int = 4
) -> Iterator[PgBouncer]:
    with reachable(folder, f"pgbouncer-{mode}") as place:
        pooler = PgBouncer(place, server, mode, size)
        pooler.start()
        try:
            yield pooler
        finally:
            pooler.stop()
