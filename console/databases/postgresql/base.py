"""What `ENGINE = "console.databases.postgresql"` means: Django looks for `DatabaseWrapper` here."""

from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg.abc import RV, PQGen

from console.databases.connections import patience

WAIT_INTERVAL = 0.1


class Connection(psycopg.Connection[Any]):
    """A connection that is given up when the server has not answered for this thread's patience.

    A server that hangs (stopped, its disk gone, a network that swallows packets) still acknowledges at
    the level of TCP, so no deadline of the kernel's ends the wait.
    """

    def wait(
        self, gen: PQGen[RV], interval: float = WAIT_INTERVAL, timeout: float | None = None
    ) -> RV:
        limit = patience() if timeout is None else timeout
        try:
            return super().wait(gen, interval=interval, timeout=limit)
        except psycopg.errors._WaitTimeout as fault:
            # In the middle of an exchange it is of no use to anybody.
            self.pgconn.finish()
            raise psycopg.OperationalError(
                f"the database did not answer within {limit:g} seconds"
            ) from fault


class DatabaseWrapper(base.DatabaseWrapper):
    """Connections of the class above, whose statements the server itself ends a little earlier."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Connection:
        return Connection.connect(**conn_params)

    def init_connection_state(self) -> None:
        super().init_connection_state()
        limit = patience()
        if limit is not None:
            with self.connection.cursor() as cursor:
                cursor.execute(f"SET statement_timeout = {int(limit * 900)}")
