from pathlib import Path

import django.contrib.postgres.fields
from django.conf import settings
from django.db import migrations, models

from collections_site.lib.sqlfile import load

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("borrowers", "0012_names_by_their_end_sums_by_person"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AddField(
            model_name="upload",
            name="changed_by",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), default=list, size=None
            ),
        ),
        migrations.AddConstraint(
            model_name="upload",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("released_by", None),
                    models.Q(("changed_by__contains", [models.F("released_by")]), _negated=True),
                    _connector="OR",
                ),
                name="upload_released_by_nobody_who_changed",
            ),
        ),
        load(SQL / "upload_walls.sql"),
    ]
