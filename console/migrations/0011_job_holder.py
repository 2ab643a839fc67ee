"""Who runs a job, in words."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("console", "0010_keyring_roots")]

    operations = [
        migrations.AddField(
            model_name="joblock",
            name="holder_name",
            field=models.CharField(blank=True, db_default="", default="", max_length=255),
        ),
    ]
