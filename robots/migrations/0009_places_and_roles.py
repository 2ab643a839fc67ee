"""Which project a robot belongs to, and which role's account it is, in columns of their own."""

import django.db.models.functions.text
from django.db import migrations, models
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Substr


def fill(apps, schema_editor):
    Robot = apps.get_model("robots", "Robot")
    Project = apps.get_model("console", "Project")
    prefix = "role."
    Robot.objects.filter(name__startswith=prefix).update(role_name=Substr("name", len(prefix) + 1))
    slug = Project.objects.filter(pk=OuterRef("project")).values("slug")
    Robot.objects.exclude(project=None).update(project_slug=Subquery(slug[:1]))
    # Those whose project has gone: until now only the login name told.
    for robot in Robot.objects.filter(project=None, login_name__contains=".").iterator():
        home = robot.login_name.removesuffix(f"+{robot.name}")
        if slug := home.partition(".")[2]:
            Robot.objects.filter(pk=robot.pk).update(project_slug=slug)


class Migration(migrations.Migration):

    dependencies = [
        ('console', '0008_request_id'),
        ('robots', '0008_unique_codes'),
        ('teams', '0004_inviter'),
    ]

    operations = [
        migrations.AddField(
            model_name='robot',
            name='project_slug',
            field=models.CharField(blank=True, default='', editable=False, max_length=63),
        ),
        migrations.AddField(
            model_name='robot',
            name='role_name',
            field=models.CharField(blank=True, default='', editable=False, max_length=100),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name='robot',
            index=models.Index(condition=models.Q(('deleted_at', None), models.Q(('role_name', ''), _negated=True)), fields=['organization', 'role_name', 'id'], name='robot_by_role'),
        ),
        migrations.AddConstraint(
            model_name='robot',
            constraint=models.CheckConstraint(condition=models.Q(('role_name', ''), ('name', django.db.models.functions.text.Concat(models.Value('role.'), 'role_name')), _connector='OR'), name='robot_named_after_role'),
        ),
    ]
