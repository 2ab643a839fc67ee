from django.db import migrations, models


def ends(name):
    return [
        migrations.AddField(name, "expires_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField(
            name, "told_days", models.PositiveSmallIntegerField(editable=False, null=True)
        ),
        migrations.AddIndex(
            name,
            models.Index(
                condition=models.Q(("expires_at__isnull", False)),
                fields=["organization", "expires_at"],
                name=f"{name}_ending",
            ),
        ),
    ]


class Migration(migrations.Migration):

    dependencies = [("teams", "0004_inviter")]

    operations = [*ends("teamgrant"), *ends("usergrant")]
