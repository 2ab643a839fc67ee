"""A check value of each root of the keyring; those of older databases come at the next start."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('console', '0009_event_format'),
    ]

    operations = [
        migrations.CreateModel(
            name='KeyringRoot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(unique=True)),
                ('check_value', models.CharField(max_length=64)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
        ),
    ]
