"""Looking for text as people read it: in any case, and however their keyboard composes letters.

`name__has_text="grüße"` finds it in `Schöne GRÜSSE` and where the dots are a character of their own;
`name__reads` compares all of a text. SQLite's LIKE knows the case of ASCII alone, and no database composes.
"""

import unicodedata
from functools import cache
from typing import Any

from django.core.exceptions import FullResultSet
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.models import CharField, Lookup, TextField

FUNCTION = "roster_fold"


def composed(text: str) -> str:
    """`text` in the one form in which everything is looked for (Unicode's NFC)."""
    return unicodedata.normalize("NFC", text)


def spellings(text: str) -> list[str]:
    """The forms in which somebody may have written `text`: composed and decomposed, in lower and upper case,
    and each word with a capital, because trigram indexes of a PostgreSQL in locale C know ASCII's case alone.
    What stands as SS in capitals may be ß: of the letters that people type, it alone is two there.
    """
    cases = {text, text.lower(), text.upper(), text.title()} if not text.isascii() else {text}
    cases |= {text.lower().replace("ss", "ß")}
    return sorted({unicodedata.normalize(form, it) for form in ("NFC", "NFD") for it in cases})


def folded(text: str | None) -> str | None:
    """`text` without case."""
    return None if text is None else composed(composed(text).casefold())


class _Folded(Lookup[Any]):
    """What both look-ups share. Few rows: no index helps."""

    sqlite, postgresql = "", ""

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:  # noqa: ANN401 - Django's own signature
        column, params = self.process_lhs(compiler, connection)
        return self.sqlite.format(f"{FUNCTION}({column})"), [*params, folded(str(self.rhs))]

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:  # noqa: ANN401 - as above
        column, params = self.process_lhs(compiler, connection)
        whole = f"UPPER(NORMALIZE({column}) {_collation(connection.alias)})"
        return self.postgresql.format(whole), (*params, composed(str(self.rhs)).upper())


@cache
def _collation(alias: str) -> str:
    """What knows the case of every letter, whatever locale the database was made with; if it is there."""
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_collation WHERE collname = 'und-x-icu'")
        return 'COLLATE "und-x-icu"' if cursor.fetchone() else ""


class HasText(_Folded):
    """The column has the text somewhere. No text is everywhere, and asks the database nothing."""

    lookup_name = "has_text"
    sqlite, postgresql = "INSTR({}, %s) > 0", "STRPOS({}, %s) > 0"

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:  # noqa: ANN401 - Django's own signature
        self._require_text()
        return super().as_sqlite(compiler, connection)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:  # noqa: ANN401 - as above
        self._require_text()
        return super().as_sql(compiler, connection)

    def _require_text(self) -> None:
        if not self.rhs:
            raise FullResultSet


class Reads(_Folded):
    """The column is the text."""

    lookup_name = "reads"
    sqlite, postgresql = "{} = %s", "{} = %s"


def _add_function(connection: BaseDatabaseWrapper, **_: object) -> None:
    if connection.vendor == "sqlite":
        connection.connection.create_function(FUNCTION, 1, folded, deterministic=True)


def install() -> None:
    """Teach text columns both look-ups, and each connection to SQLite its function."""
    for field in (CharField, TextField):
        for lookup in (HasText, Reads):
            field.register_lookup(lookup)
    connection_created.connect(_add_function, dispatch_uid=FUNCTION)
