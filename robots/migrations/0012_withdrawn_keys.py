from django.db import migrations, models


def erase_private_parts(apps, schema_editor):
    """A key that signs no more needs none."""
    apps.get_model("robots", "SigningKey").objects.filter(state="retired").update(private=b"")


class Migration(migrations.Migration):

    dependencies = [
        ('robots', '0011_purpose'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='signingkey',
            name='signing_key_state_known',
        ),
        migrations.AlterField(
            model_name='signingkey',
            name='private',
            field=models.BinaryField(blank=True),
        ),
        migrations.AlterField(
            model_name='signingkey',
            name='state',
            field=models.CharField(choices=[('next', 'Next'), ('current', 'Current'), ('retired', 'Retired'), ('withdrawn', 'Withdrawn')], max_length=10),
        ),
        migrations.AddConstraint(
            model_name='signingkey',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['next', 'current', 'retired', 'withdrawn'])), name='signing_key_state_known'),
        ),
        migrations.RunPython(erase_private_parts, migrations.RunPython.noop),
    ]
