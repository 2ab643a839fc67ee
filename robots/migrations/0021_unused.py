from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import migrations, models

WORDS = "Give a number of days from 30 to 365."


def idling(name, condition):
    return [
        migrations.AddField(
            name, "enabled_at", models.DateTimeField(blank=True, editable=False, null=True)
        ),
        migrations.AddField(
            name, "disables_at", models.DateTimeField(blank=True, editable=False, null=True)
        ),
        migrations.AddField(
            name, "told_days", models.PositiveSmallIntegerField(editable=False, null=True)
        ),
        migrations.AddIndex(
            name,
            models.Index(
                condition=models.Q(condition, ("disables_at__isnull", False)),
                fields=["organization", "disables_at"],
                name=f"{name}_announced",
            ),
        ),
    ]


def days(name, words):
    field = models.PositiveIntegerField(
        blank=True,
        null=True,
        validators=[MinValueValidator(30, WORDS), MaxValueValidator(365, WORDS)],
        verbose_name=words,
    )
    return migrations.AddField("tokenpolicy", name, field)


class Migration(migrations.Migration):

    dependencies = [("robots", "0020_grants_until")]

    operations = [
        *idling("robot", ("deleted_at", None)),
        *idling("token", ("revoked_at", None)),
        days("disable_tokens_days", "disable tokens unused for"),
        days("disable_robots_days", "disable robot accounts unused for"),
    ]
