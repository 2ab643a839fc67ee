from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("robots", "0019_needs_and_outcomes")]

    operations = [
        migrations.AddField("robotgrant", "expires_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField(
            "robotgrant", "told_days", models.PositiveSmallIntegerField(editable=False, null=True)
        ),
        migrations.AddIndex(
            "robotgrant",
            models.Index(
                condition=models.Q(("expires_at__isnull", False)),
                fields=["organization", "expires_at"],
                name="robotgrant_ending",
            ),
        ),
    ]
