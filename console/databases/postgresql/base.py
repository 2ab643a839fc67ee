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
    """Connections of the class above, whose statements the server itself ends a little earlier.

    Behind a pooler such as PgBouncer each transaction may run in another session of the server's, which
    others use before and after. There nothing is left in a session: no prepared statement, no setting, no
    cursor that outlives its transaction.
    """

    is_pooled = False

    def get_new_connection(self, conn_params: dict[str, Any]) -> Connection:
        return Connection.connect(**conn_params)

    def init_connection_state(self) -> None:
        super().init_connection_state()
        self.is_pooled = self._goes_through_a_pooler()
        limit = patience()
        if self.is_pooled:
            self.connection.prepare_threshold = None
            self._require_transactions()
        elif limit is not None:
            with self.connection.cursor() as cursor:
                cursor.execute(f"SET statement_timeout = {int(limit * 900)}")

    def _goes_through_a_pooler(self) -> bool:
        """Whoever passes on requests to cancel gives its clients process numbers of its own."""
        with self.connection.cursor() as cursor:
            (number,) = cursor.execute("SELECT pg_backend_pid()").fetchone()
        return bool(number != self.connection.info.backend_pid)

    def _require_transactions(self) -> None:
        try:
            with self.connection.transaction():
                pass
        except psycopg.errors.ProtocolViolation as fault:
            raise psycopg.OperationalError(
                "the pooler in front of it takes no transactions;"
                " its pool mode has to be transaction or session"
            ) from fault

    def chunked_cursor(self) -> Any:  # noqa: ANN401 - as Django has it: one of several classes
        self.ensure_connection()
        return self.cursor() if self.is_pooled else super().chunked_cursor()
