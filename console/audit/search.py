"""Finding events by any part of their target's or actor's name.

The one place that asks which database this is: SQLite keeps a trigram index in an FTS5 table that
`record` fills and that borrows its texts from the events, PostgreSQL keeps its own (`pg_trgm`).
"""

from collections.abc import Sequence

from django.db import connection
from django.db.models import BigIntegerField, F, Q, QuerySet
from django.db.models.expressions import RawSQL

from console.databases.folding import spellings
from console.models import Event

# A trigram index finds nothing shorter.
SHORTEST = 3
TOO_SHORT = "Type three characters or more."
# The sign keeps SQLite from asking the index anew for each event.
FOUND = "console_event.id = +console_event_search.rowid AND console_event_search MATCH %s"
ADD = "INSERT INTO console_event_search (rowid, target_label, actor_label) VALUES (%s, %s, %s)"
# An index without texts of its own has to be told what it indexed.
REMOVE = (
    "INSERT INTO console_event_search (console_event_search, rowid, target_label, actor_label)"
    " VALUES ('delete', %s, %s, %s)"
)


def _indexed_here() -> bool:
    return connection.vendor == "sqlite"


def is_too_short(text: str) -> bool:
    """Whether `text` is something to look for that nothing can be found by."""
    return 0 < len(text.strip()) < SHORTEST


def add(events: Sequence[Event]) -> None:
    """Index new events."""
    if _indexed_here():
        rows = [(event.pk, event.target_label, event.actor_label) for event in events]
        with connection.cursor() as cursor:
            cursor.executemany(ADD, rows)


def remove(rows: Sequence[tuple[int, str, str]]) -> None:
    """Forget events, given their ids, targets' and actors' labels. Before they are deleted."""
    if _indexed_here():
        with connection.cursor() as cursor:
            cursor.executemany(REMOVE, rows)


def rebuild() -> None:
    """Index every event anew, after rows were written in bulk."""
    if _indexed_here():
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO console_event_search (console_event_search) VALUES ('rebuild')"
            )


def matching(events: QuerySet[Event], text: str) -> QuerySet[Event]:
    """Those of `events` whose target's or actor's name contains `text`, of three characters or more.

    `found_at` is the place in the index, in the order of the events: by that SQLite reads its index
    only as far as a page needs.
    """
    found: QuerySet[Event]
    if _indexed_here():
        phrase = " OR ".join('"' + it.replace('"', '""') + '"' for it in spellings(text))
        found = events.extra(  # noqa: S610 - constants
            tables=["console_event_search"], where=[FOUND], params=[phrase]
        )
        place = RawSQL("console_event_search.rowid", [], BigIntegerField())
        return found.annotate(found_at=place)
    named = Q()
    for spelling in spellings(text):
        named |= Q(target_label__icontains=spelling) | Q(actor_label__icontains=spelling)
    found = events.filter(named)
    return found.annotate(found_at=F("number"))
