import django.db.models.deletion
from django.db import migrations, models

from console.databases.migrations import allowed

# A row for each need that somebody answered.
FEW = "Answers are a few rows, so the index is built at once."
SAME = "What old servers write belongs to no project, and there the rule is the one that they know."
UNNAMED = "No INSERT of an old server names it in ON CONFLICT."


class Migration(migrations.Migration):

    dependencies = [
        ('console', '0022_job_asked_at'),
        ('robots', '0023_network_mode'),
    ]

    operations = [
        allowed(UNNAMED, migrations.RemoveConstraint(
            model_name='needanswer',
            name='need_answered_once',
        )),
        allowed(FEW, migrations.AddField(
            model_name='needanswer',
            name='project',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='need_answers', to='console.project'),
        )),
        allowed(SAME, migrations.AddConstraint(
            model_name='needanswer',
            constraint=models.UniqueConstraint(condition=models.Q(('project', None)), fields=('organization', 'need'), name='need_answered_once'),
        )),
        allowed(SAME, migrations.AddConstraint(
            model_name='needanswer',
            constraint=models.UniqueConstraint(fields=('project', 'need'), name='need_answered_once_in_project'),
        )),
    ]
