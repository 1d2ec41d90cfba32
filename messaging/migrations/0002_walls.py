from pathlib import Path

from django.db import migrations

from collections_site.lib.sqlfile import load

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0001_initial"),
        ("audit", "0001_initial"),
        ("collections_site", "0002_clock"),
    ]
    operations = [load(SQL / "walls.sql"), load(SQL / "row_walls.sql")]
