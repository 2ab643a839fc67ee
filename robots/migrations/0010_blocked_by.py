"""What blocks a token, in a column of its own."""

from django.db import migrations, models


def fill(apps, schema_editor):
    tokens = apps.get_model("robots", "Token").objects.exclude(blocked_at=None)
    tokens.filter(blocked_reason__startswith="Token policy: ").update(blocked_by="policy")


class Migration(migrations.Migration):

    dependencies = [
        ('robots', '0009_places_and_roles'),
    ]

    operations = [
        migrations.AddField(
            model_name='token',
            name='blocked_by',
            field=models.CharField(blank=True, choices=[('policy', 'Token policy')], default='', max_length=10),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
