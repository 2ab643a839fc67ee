from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('console', '0027_installation'),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditForward',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('destination', models.CharField(max_length=10)),
                ('chain', models.CharField(max_length=32)),
                ('number', models.PositiveBigIntegerField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('destination', 'chain'), name='audit_forward_one')],
            },
        ),
    ]
