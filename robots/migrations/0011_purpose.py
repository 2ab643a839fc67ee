"""What a robot's logins are for."""

import console.names
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('console', '0008_request_id'),
        ('robots', '0010_blocked_by'),
        ('teams', '0004_inviter'),
    ]

    operations = [
        migrations.AddField(
            model_name='robot',
            name='purpose',
            field=models.CharField(blank=True, default='', max_length=200, validators=[console.names.validate_line]),
        ),
        migrations.AddIndex(
            model_name='robot',
            index=models.Index(condition=models.Q(('deleted_at', None), models.Q(('purpose', ''), _negated=True)), fields=['organization', 'purpose', 'id'], name='robot_by_purpose'),
        ),
    ]
