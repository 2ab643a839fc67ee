"""What the database knows of its own tables, so that it finds rows by the right index."""

from django.db import connection

# Rows of each index that are looked at: enough to choose by, and done within a moment.
LOOKED_AT = 1000


def refresh() -> None:
    """Count anew. PostgreSQL does so by itself; SQLite knows nothing until it is told to."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA analysis_limit = {LOOKED_AT}")
        cursor.execute("ANALYZE")
