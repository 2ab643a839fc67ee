"""When somebody asked that a job run. Schedulers of an older version leave it out."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("console", "0021_session_holder"),)

    operations = (
        migrations.AddField(
            model_name="joblock",
            name="asked_at",
            field=models.DateTimeField(null=True),
        ),
    )
