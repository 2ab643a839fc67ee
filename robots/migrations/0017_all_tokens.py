"""What the list of all tokens sorts, filters and remembers by."""

import console.names
import datetime
import django.db.models.deletion
import django.db.models.functions.text
import robots.models.kept_columns
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('console', '0018_retired_path_seen'),
        ('robots', '0016_artifacts'),
        ('teams', '0004_inviter'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='TokenView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=60, validators=[console.names.validate_line])),
                ('query', models.CharField(max_length=2000)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ['name', 'id'],
            },
        ),
        migrations.RemoveIndex(
            model_name='token',
            name='token_by_name',
        ),
        migrations.RemoveIndex(
            model_name='tokenaddress',
            name='token_address_by_address',
        ),
        migrations.AddField(
            model_name='secret',
            name='organization',
            field=robots.models.kept_columns.OrganizationOfToken(blank=True, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='secrets', to='console.organization'),
        ),
        migrations.AddField(
            model_name='secret',
            name='seen_by',
            field=models.UUIDField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='token',
            name='sorted_end',
            field=robots.models.kept_columns.EffectiveEnd(default=datetime.datetime(9999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc), editable=False),
        ),
        migrations.AddField(
            model_name='tokenaddress',
            name='address_key',
            field=robots.models.kept_columns.AddressKey(blank=True, default='', editable=False, max_length=33),
        ),
        migrations.AddIndex(
            model_name='secret',
            index=models.Index(fields=['organization', 'kind', 'token'], name='secret_by_kind'),
        ),
        migrations.AddIndex(
            model_name='secret',
            index=models.Index(condition=models.Q(('seen_by__isnull', False)), fields=['organization', 'seen_by', 'token'], name='secret_by_person'),
        ),
        migrations.AddIndex(
            model_name='token',
            index=models.Index(condition=models.Q(('revoked_at', None)), fields=['organization', 'name', 'id', 'robot'], name='token_by_name'),
        ),
        migrations.AddIndex(
            model_name='token',
            index=models.Index(condition=models.Q(('revoked_at', None)), fields=['organization', 'id'], name='token_by_creation'),
        ),
        migrations.AddIndex(
            model_name='token',
            index=models.Index(condition=models.Q(('revoked_at', None)), fields=['organization', 'created_by', 'id'], name='token_by_creator'),
        ),
        migrations.AddIndex(
            model_name='token',
            index=models.Index(condition=models.Q(('revoked_at', None)), fields=['organization', 'sorted_end', 'id'], name='token_by_end'),
        ),
        migrations.AddIndex(
            model_name='token',
            index=models.Index(condition=models.Q(('disabled_at__isnull', False), ('revoked_at', None)), fields=['organization', 'name', 'id'], name='token_disabled'),
        ),
        migrations.AddIndex(
            model_name='tokenaddress',
            index=models.Index(fields=['address_key', 'token'], name='token_address_by_key'),
        ),
        migrations.AddField(
            model_name='tokenview',
            name='membership',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='token_views', to='teams.membership'),
        ),
        migrations.AddConstraint(
            model_name='tokenview',
            constraint=models.UniqueConstraint(models.F('membership'), django.db.models.functions.text.Lower('name'), name='token_view_unique', violation_error_message='You have a view of this name.'),
        ),
    ]
