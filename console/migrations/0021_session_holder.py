"""Sessions know by a digest who is signed in, and when they were used last; everybody signs in anew."""

import django.utils.timezone
from django.db import migrations, models
from django.db.models.functions import Now


def forget_sessions(apps, editor):
    """Nobody could find, or end, those of which it is not known whose they are."""
    apps.get_model("console", "Session").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("console", "0020_event_address"),
    ]

    operations = [
        migrations.RunPython(forget_sessions, migrations.RunPython.noop, elidable=True),
        migrations.AddField(
            model_name="session",
            name="holder",
            field=models.CharField(
                blank=True, db_default="", db_index=True, default="", max_length=64
            ),
        ),
        migrations.AddField(
            model_name="session",
            name="seen_at",
            field=models.DateTimeField(db_default=Now(), default=django.utils.timezone.now),
        ),
    ]
