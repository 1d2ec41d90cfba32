from pathlib import Path

from django.db import migrations

from collections_site.lib.sqlfile import load

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("messaging", "0005_limits_count_calls")]
    operations = [load(SQL / "row_walls.sql")]
