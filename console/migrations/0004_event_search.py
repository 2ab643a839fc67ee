"""The trigram indexes behind console/event_search.py."""

from django.db import migrations

# Its texts are the events' own: only the index takes room.
SQLITE = [
    "CREATE VIRTUAL TABLE console_event_search USING fts5(target_label, actor_label,"
    " content='console_event', content_rowid='id', tokenize='trigram')",
    "INSERT INTO console_event_search (console_event_search) VALUES ('rebuild')",
]
POSTGRESQL = [
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE INDEX console_event_target_trigram ON console_event"
    " USING gin (UPPER(target_label) gin_trgm_ops)",
    "CREATE INDEX console_event_actor_trigram ON console_event"
    " USING gin (UPPER(actor_label) gin_trgm_ops)",
]
SQLITE_BACK = ["DROP TABLE console_event_search"]
POSTGRESQL_BACK = [
    "DROP INDEX console_event_target_trigram",
    "DROP INDEX console_event_actor_trigram",
]


def forwards(apps, editor):
    for statement in SQLITE if editor.connection.vendor == "sqlite" else POSTGRESQL:
        editor.execute(statement)


def backwards(apps, editor):
    for statement in SQLITE_BACK if editor.connection.vendor == "sqlite" else POSTGRESQL_BACK:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("console", "0003_audit")]
    operations = [migrations.RunPython(forwards, backwards)]
