import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from console.databases.migrations import allowed

# On PostgreSQL the table is locked meanwhile, for as long as it takes to read it once.
EMPTY = "Nothing is observed yet, so there is nothing to put into the index."
SHORT = "Both tables are locked for as long as it runs: verifiers may answer 503 for some seconds."
OBSERVED = Q(network_mode="observe") & ~Q(addresses="")


def limited(name, living):
    choices = [("enforce", "Refuse"), ("observe", "Only observe")]
    return [
        allowed(SHORT, migrations.AddField(
            name,
            "network_mode",
            models.CharField(choices=choices, db_default="enforce", default="enforce", max_length=10),
        )),
        allowed(EMPTY, migrations.AddIndex(
            name,
            models.Index(
                condition=living & OBSERVED,
                fields=["organization", "name", "id"],
                name=f"{name}_observed",
            ),
        )),
    ]


class Migration(migrations.Migration):

    dependencies = [("robots", "0022_permission_uses")]

    operations = [
        *limited("robot", Q(deleted_at=None)),
        *limited("token", Q(revoked_at=None)),
        migrations.CreateModel(
            "OutsideUse",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("verifier", models.CharField(max_length=40)),
                ("address", models.CharField(blank=True, default="", max_length=45)),
                ("first_seen_at", models.DateTimeField()),
                ("last_seen_at", models.DateTimeField()),
                ("count", models.PositiveBigIntegerField(default=0)),
                (
                    "token",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="outside_uses",
                        to="robots.token",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            "outsideuse",
            models.UniqueConstraint(
                fields=("token", "verifier", "address"), name="outside_use_unique"
            ),
        ),
    ]
