from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def keep_people(apps, schema_editor):
    """Links that robots sent do not say which one it was, so they have ended."""
    people = apps.get_model("teams", "User").objects.filter(pk=OuterRef("inviter_id"))
    apps.get_model("teams", "Invitation").objects.exclude(inviter=None).update(
        inviter_kind="user", inviter_uuid=Subquery(people.values("uuid"))
    )


class Migration(migrations.Migration):

    dependencies = [
        ('teams', '0003_unique_codes'),
    ]

    operations = [
        migrations.AddField(
            model_name='invitation',
            name='inviter_kind',
            field=models.CharField(default='', editable=False, max_length=10),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='invitation',
            name='inviter_uuid',
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.RunPython(keep_people, migrations.RunPython.noop),
        migrations.RemoveField(
            model_name='invitation',
            name='inviter',
        ),
    ]
