import console.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('console', '0024_site_webhooks'),
    ]

    operations = [
        migrations.AddField(
            model_name='organization',
            name='factor_from',
            field=models.DateField(blank=True, null=True, verbose_name='from'),
        ),
        migrations.AddField(
            model_name='organization',
            name='factor_told_days',
            field=models.PositiveIntegerField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='organization',
            name='people_networks',
            field=console.fields.NetworksField(blank=True, db_default='', default='', verbose_name='networks that people may come from'),
        ),
        migrations.AddField(
            model_name='organization',
            name='required_factor',
            field=models.CharField(blank=True, choices=[('', 'Nothing besides the password'), ('factor', 'A second factor: an authenticator app or a passkey'), ('passkey', 'A passkey')], db_default='', default='', max_length=10, verbose_name='required of people'),
        ),
    ]
