"""What the database holds, to see what a request changed, and to undo it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import transaction

from robots import usage

OURS = ("console", "teams", "robots")
# Signing in for a test writes it.
NOT_OURS = {"last_login"}
Row = dict[str, Any]
Rows = dict[tuple[str, int], Row]


def rows() -> Rows:
    """Every row of ours, by the model's name and its id."""
    return {
        (model.__name__, row["id"]): {key: row[key] for key in row.keys() - NOT_OURS}
        for app in OURS
        for model in apps.get_app_config(app).get_models()
        for row in model._default_manager.values()
    }


@dataclass(frozen=True)
class Difference:
    """What is new, what is gone, and which columns of what else were changed."""

    made: Rows
    gone: Rows
    changed: set[str]


def difference(before: Rows, after: Rows) -> Difference:
    return Difference(
        made={key: row for key, row in after.items() if key not in before},
        gone={key: row for key, row in before.items() if key not in after},
        changed={
            f"{key[0]}.{column}"
            for key, row in before.items()
            for column, value in row.items()
            if key in after and after[key][column] != value
        },
    )


@contextmanager
def undone() -> Iterator[None]:
    """What is written inside goes afterwards, so that many examples can begin alike."""
    usage.take()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
