"""A database in which something is missing, as after a fault that nobody has thought of."""

from django.db import connection


def break_table(name: str) -> None:
    """Whatever reads or writes the table fails until it is mended, or the test ends."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {name} RENAME TO {name}_elsewhere")


def mend_table(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {name}_elsewhere RENAME TO {name}")
