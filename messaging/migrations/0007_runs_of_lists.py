from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from collections_site.lib.sqlfile import load

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0006_walls_of_approval"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="run",
            name="strategy",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="runs",
                to="messaging.strategy",
            ),
        ),
        migrations.AddConstraint(
            model_name="run",
            constraint=models.UniqueConstraint(
                condition=models.Q(("strategy", None)),
                fields=("digest",),
                name="run_of_a_list_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="run",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("strategy__isnull", False),
                    models.Q(("by__isnull", False), models.Q(("digest", ""), _negated=True)),
                    _connector="OR",
                ),
                name="run_of_a_list_has_a_sender",
            ),
        ),
        load(SQL / "row_walls.sql"),
    ]
