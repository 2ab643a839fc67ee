"""Finding robots by any part of their login name or description.

The one place that asks which database this is: SQLite keeps a trigram index in an FTS5 table that
services fill, PostgreSQL keeps its own (`pg_trgm`).
"""

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL

from robots.models.robots import Robot, RobotQuerySet

# A trigram index finds nothing shorter.
SHORTEST = 3


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


def matching(robots: RobotQuerySet, text: str) -> RobotQuerySet:
    """Those of `robots` that contain `text`; shorter texts match the beginning of the name."""
    text = text.strip()
    if not text:
        return robots
    if len(text) < SHORTEST:
        return robots.filter(name__startswith=text.lower())
    if _indexed_here():
        phrase = '"' + text.replace('"', '""') + '"'
        found = RawSQL("SELECT rowid FROM robots_search WHERE document MATCH %s", [phrase])
        return robots.filter(pk__in=found)
    return robots.filter(Q(login_name__icontains=text) | Q(description__icontains=text))
