"""`manage.py signing_keys`: which keys there are, and what each does."""

from typing import Any

from console.management.operators import OperatorCommand
from console.moments import absolute
from robots.models import SigningKey

HEADINGS = ("KID", "PURPOSE", "STATE", "CREATED", "ENDED")


class Command(OperatorCommand):
    """Never a private part."""

    help = "List the signing keys: those that sign, those that come next, those that signed."

    def handle(self, *args: Any, **options: Any) -> None:
        rows = [HEADINGS, *map(_cells, SigningKey.objects.order_by("purpose", "id"))]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            self.stdout.write("   ".join(cells).rstrip())


def _cells(row: SigningKey) -> tuple[str, ...]:
    ended = absolute(row.retired_at) if row.retired_at else ""
    return (row.kid, row.purpose, row.state, absolute(row.created_at), ended)
