"""Everything that outlives a request, to search for secrets in."""

import base64
import io
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.core import mail
from django.db import connection

from console.models import Session

# What any secret of ours looks like, whoever made it.
SHAPES = re.compile(rb"(?:rbt|rsv)_[0-9A-Za-z]{42}|eyJ[\w-]{20,}\.eyJ[\w-]{20,}\.[\w-]{64,}")


@dataclass
class Haystack:
    """Where a secret might have been left: name of the place -> its bytes."""

    log: io.StringIO = field(default_factory=io.StringIO)

    def places(self) -> dict[str, bytes]:
        return {
            "database": _database(),
            "sessions": b"\n".join(row.opened() for row in Session.objects.all()),
            "cache": b"\n".join(_cache()),
            "log": self.log.getvalue().encode(),
            "mail": b"\n".join(message.message().as_bytes() for message in mail.outbox),
        }

    def finds(self, *secrets: str) -> list[str]:
        """The places that hold one of `secrets`, a telling part or form of it, or any secret at all."""
        needles = [needle for secret in secrets for needle in forms_of(secret)]
        return [
            place
            for place, content in self.places().items()
            if SHAPES.search(content) or any(needle in content for needle in needles)
        ]


def forms_of(secret: str) -> list[bytes]:
    """The secret as it is, its signature or random part alone, in hex, and in base64 at each offset."""
    telling = secret.rsplit(".", 1)[-1]
    for prefix in ("rbt_", "rsv_", "whsec_"):
        telling = telling.removeprefix(prefix)
    inner = [base64.b64encode(b" " * pad + secret.encode())[4:-4] for pad in (1, 2, 3)]
    return [secret.encode(), telling.encode(), secret.encode().hex().encode(), *inner]


def _database() -> bytes:
    """The bytes of the database: SQLite's file with its free pages, PostgreSQL's rows."""
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        image: bytes = connection.connection.serialize()
        return image
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        rows = []
        for table in tables:
            cursor.execute(f'SELECT row::text FROM "{table}" row')
            rows += [row[0].encode() for row in cursor.fetchall()]
    return b"\n".join(rows)


def _cache() -> list[bytes]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM cache")
        return [base64.b64decode(row[0]) for row in cursor.fetchall()]


@contextmanager
def logged(haystack: Haystack) -> Iterator[None]:
    """Everything that is logged meanwhile, at every level, as it would go to standard output."""
    root = logging.getLogger()
    handler = logging.StreamHandler(haystack.log)
    handler.setFormatter(next(own.formatter for own in root.handlers if own.formatter))
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
