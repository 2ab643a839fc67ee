"""Sessions get a table of their own, which has only digests of their keys; everybody signs in anew."""

from django.db import migrations, models


def forget_sessions(apps, editor):
    """Drop Django's table, whose rows sign in, and on SQLite write over the pages it leaves free."""
    if editor.connection.vendor == "sqlite":
        editor.execute("PRAGMA secure_delete = ON")
    editor.execute("DROP TABLE IF EXISTS django_session")


class Migration(migrations.Migration):
    dependencies = [
        ("console", "0006_event_token"),
    ]

    operations = [
        migrations.CreateModel(
            name="Session",
            fields=[
                ("digest", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("root_number", models.PositiveIntegerField()),
                ("sealed", models.BinaryField()),
                ("expires_at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.RunPython(forget_sessions, elidable=True),
    ]
