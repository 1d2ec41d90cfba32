from pathlib import Path

from django.db import migrations, models

from collections_site.lib.sqlfile import load

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0004_walls_of_the_desk"),
        ("borrowers", "0007_calls"),
    ]

    operations = [
        migrations.AddField(
            model_name="limit",
            name="counts",
            field=models.CharField(default="texts", max_length=8),
        ),
        migrations.AddConstraint(
            model_name="limit",
            constraint=models.CheckConstraint(
                condition=models.Q(("counts__in", ["texts", "contacts"])),
                name="limit_counts_known",
            ),
        ),
        load(SQL / "walls.sql"),
    ]
