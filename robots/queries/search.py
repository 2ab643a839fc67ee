"""Finding robots by any part of their login name or description.

The one place that asks which database this is: SQLite keeps a trigram index in an FTS5 table that
services fill, PostgreSQL keeps its own (`pg_trgm`).
"""

from django.db import connection
from django.db.models import BigIntegerField, F, Q, QuerySet
from django.db.models.expressions import RawSQL

from console.databases.folding import spellings
from console.models import Organization
from robots.models.robots import Robot, RobotQuerySet

# A trigram index finds nothing shorter.
SHORTEST = 3
# The sign keeps SQLite from asking the index anew for each robot, as it would without statistics.
FOUND = "robots_robot.id = +robots_search.rowid AND robots_search.document MATCH %s"

INDEXED = "SELECT rowid FROM robots_search WHERE document MATCH %s"


def _indexed_here() -> bool:
    return connection.vendor == "sqlite"


def document(robot: Robot) -> str:
    """What of a robot is searched."""
    return f"{robot.login_name} {robot.description}"


def add(robot: Robot) -> None:
    """Index a new robot, or an edited one anew."""
    if _indexed_here():
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT OR REPLACE INTO robots_search (rowid, document) VALUES (%s, %s)",
                [robot.pk, document(robot)],
            )


def remove(robot: Robot) -> None:
    """Forget a robot."""
    if _indexed_here():
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM robots_search WHERE rowid = %s", [robot.pk])


def remove_all(organization: Organization) -> None:
    """Forget every robot of an organization."""
    if _indexed_here():
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM robots_search WHERE rowid IN"
                " (SELECT id FROM robots_robot WHERE organization_id = %s)",
                [organization.pk],
            )


def rebuild() -> None:
    """Index every robot anew, after rows were written in bulk."""
    if _indexed_here():
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM robots_search")
            cursor.execute(
                "INSERT INTO robots_search (rowid, document)"
                " SELECT id, login_name || ' ' || description FROM robots_robot"
                " WHERE deleted_at IS NULL"
            )


def matching(robots: RobotQuerySet, text: str, others: Q | None = None) -> QuerySet[Robot]:
    """Those of `robots` that contain `text`; shorter texts match the beginning of the name. And `others`.

    Where the index is asked, `found_at` is the place in it, in the order of the ids: by that SQLite
    reads its index only as far as a page needs.
    """
    text = text.strip()
    if len(text) < SHORTEST:
        begins = Q(name__startswith=text.lower()) if text else Q()
        return robots.filter(begins | others if others else begins)
    if others:
        written = robots.filter(_containing(text)).order_by().values("pk")
        return robots.filter(Q(pk__in=written) | others).annotate(found_at=F("id"))
    if not _indexed_here():
        return robots.filter(_containing(text)).annotate(found_at=F("id"))
    found: QuerySet[Robot] = robots.extra(  # noqa: S610 - constants
        tables=["robots_search"], where=[FOUND], params=[_phrase(text)]
    )
    place = RawSQL("robots_search.rowid", [], BigIntegerField())
    return found.annotate(found_at=place)


def containing(text: str) -> Q:
    """As a condition among others: part of the login name or description, a beginning of the name."""
    return _containing(text) if len(text) >= SHORTEST else Q(name__startswith=text.lower())


def _containing(text: str) -> Q:
    if _indexed_here():
        return Q(pk__in=RawSQL(INDEXED, [_phrase(text)]))  # noqa: S611 - a constant
    named = Q()
    for spelling in spellings(text):
        named |= Q(login_name__icontains=spelling) | Q(description__icontains=spelling)
    return named


def _phrase(text: str) -> str:
    return " OR ".join('"' + it.replace('"', '""') + '"' for it in spellings(text))
