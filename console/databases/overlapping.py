"""Looking for addresses: which rows have one, or a network, that shares an address with another network.

`addresses__overlaps="10.0.0.0/8"`, of a column with networks as `console.networks` writes them or with one
address. PostgreSQL compares networks itself, SQLite asks us. No index helps.
"""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.models import CharField, Lookup, TextField

from console.networks import overlap

FUNCTION = "roster_overlap"
# What is no address in such a column is in no network; anything else could not be compared.
WORDS = (
    "EXISTS (SELECT 1 FROM UNNEST(STRING_TO_ARRAY({}, ' ')) word WHERE %s::inet && CASE"
    " WHEN word ~ '^([0-9.]+|[0-9a-f:.]*:[0-9a-f:.]*)(/[0-9]+)?$' THEN word::inet END)"
)


class Overlaps(Lookup[Any]):
    """One of the column's networks shares an address with the network."""

    lookup_name = "overlaps"

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:  # noqa: ANN401 - Django's own signature
        column, params = self.process_lhs(compiler, connection)
        return f"({column} <> '' AND {FUNCTION}({column}, %s))", [*params * 2, str(self.rhs)]

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:  # noqa: ANN401 - as above
        column, params = self.process_lhs(compiler, connection)
        return WORDS.format(column), (*params, str(self.rhs))


def _add_function(connection: BaseDatabaseWrapper, **_: object) -> None:
    if connection.vendor == "sqlite":
        connection.connection.create_function(FUNCTION, 2, overlap, deterministic=True)


def install() -> None:
    """Teach text columns the look-up, and each connection to SQLite its function."""
    for field in (CharField, TextField):
        field.register_lookup(Overlaps)
    connection_created.connect(_add_function, dispatch_uid=FUNCTION)
