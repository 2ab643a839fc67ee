"""`AddIndexOnline` on the database that there is: built, built again after it broke off, and taken away."""

import pytest
from django.apps import apps
from django.db import connection, models
from django.db.migrations.state import ProjectState

from console.databases.migrations import AddIndexOnline
from console.models import Event

INDEX = models.Index(fields=["action", "number"], name="event_planted")


def indexes() -> set[str]:
    with connection.cursor() as cursor:
        return {*connection.introspection.get_constraints(cursor, Event._meta.db_table)}


@pytest.mark.django_db(transaction=True)
def test_it_can_be_run_again_and_taken_back() -> None:
    operation, state = AddIndexOnline("event", INDEX), ProjectState.from_apps(apps)
    assert INDEX.name not in indexes()
    with connection.schema_editor(atomic=False) as editor:
        for _ in range(2):
            operation.database_forwards("console", editor, state, state)
            assert INDEX.name in indexes()
        operation.database_backwards("console", editor, state, state)
    assert INDEX.name not in indexes()
