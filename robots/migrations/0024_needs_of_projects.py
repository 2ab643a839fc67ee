import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('console', '0022_job_asked_at'),
        ('robots', '0023_network_mode'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='needanswer',
            name='need_answered_once',
        ),
        migrations.AddField(
            model_name='needanswer',
            name='project',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='need_answers', to='console.project'),
        ),
        migrations.AddConstraint(
            model_name='needanswer',
            constraint=models.UniqueConstraint(condition=models.Q(('project', None)), fields=('organization', 'need'), name='need_answered_once'),
        ),
        migrations.AddConstraint(
            model_name='needanswer',
            constraint=models.UniqueConstraint(fields=('project', 'need'), name='need_answered_once_in_project'),
        ),
    ]
