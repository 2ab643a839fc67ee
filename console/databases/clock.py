"""The one clock that all processes over a database share: the database's own."""

from datetime import datetime

from django.db import connection
from django.utils import timezone

from console.databases.statements import POSTGRESQL


def now() -> datetime:
    """The present moment by PostgreSQL's clock; SQLite runs in this process and has no other than its."""
    if connection.vendor != POSTGRESQL:
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
        return moment
