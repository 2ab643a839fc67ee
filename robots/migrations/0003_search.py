"""The trigram indexes behind robots/search.py."""

from django.db import migrations

SQLITE = ["CREATE VIRTUAL TABLE robots_search USING fts5(document, tokenize='trigram')"]
POSTGRESQL = [
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE INDEX robots_robot_login_trigram ON robots_robot"
    " USING gin (UPPER(login_name) gin_trgm_ops)",
    "CREATE INDEX robots_robot_description_trigram ON robots_robot"
    " USING gin (UPPER(description) gin_trgm_ops)",
]
SQLITE_BACK = ["DROP TABLE robots_search"]
POSTGRESQL_BACK = [
    "DROP INDEX robots_robot_login_trigram",
    "DROP INDEX robots_robot_description_trigram",
]


def forwards(apps, editor):
    for statement in SQLITE if editor.connection.vendor == "sqlite" else POSTGRESQL:
        editor.execute(statement)


def backwards(apps, editor):
    for statement in SQLITE_BACK if editor.connection.vendor == "sqlite" else POSTGRESQL_BACK:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("robots", "0002_initial")]
    operations = [migrations.RunPython(forwards, backwards)]
