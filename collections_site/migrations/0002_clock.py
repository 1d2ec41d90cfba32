from pathlib import Path

from django.db import migrations

from collections_site.lib.sqlfile import load

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("collections_site", "0001_initial")]
    operations = [load(SQL / "site.sql")]
