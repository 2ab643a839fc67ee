"""What the search for robots by token names and addresses asks."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('console', '0011_job_holder'),
        ('robots', '0012_withdrawn_keys'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='token',
            index=models.Index(condition=models.Q(('revoked_at', None)), fields=['organization', 'name', 'robot'], name='token_by_name'),
        ),
        migrations.AddIndex(
            model_name='tokenaddress',
            index=models.Index(fields=['address', 'token'], name='token_address_by_address'),
        ),
    ]
