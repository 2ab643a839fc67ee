from django.db import migrations, models
from django.utils import timezone

from console.databases.migrations import allowed


def begin(apps, schema_editor):
    """From this day on, what is missing was not used."""
    apps.get_model("robots", "PermissionRecording").objects.create(began_on=timezone.now().date())


class Migration(migrations.Migration):
    dependencies = [("robots", "0021_unused")]

    operations = [
        migrations.CreateModel(
            name="PermissionRecording",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("began_on", models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name="PermissionUse",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("project_id", models.BigIntegerField(default=0)),
                ("repository_id", models.BigIntegerField(default=0)),
                ("permission", models.CharField(max_length=40)),
                ("last_used_on", models.DateField()),
                (
                    "robot",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=models.deletion.CASCADE,
                        related_name="permission_uses",
                        to="robots.robot",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("robot", "project_id", "repository_id", "permission"),
                        name="permission_use_unique",
                    )
                ],
            },
        ),
        allowed("One row in a new table.", migrations.RunPython(begin, migrations.RunPython.noop)),
    ]
