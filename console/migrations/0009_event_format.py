from django.db import migrations, models


class Migration(migrations.Migration):
    """Events that are there link what version 0.1.0 linked, and so do those it goes on to write."""

    dependencies = [("console", "0008_request_id")]

    operations = [
        migrations.AddField("event", "format", models.PositiveSmallIntegerField(db_default=1)),
    ]
