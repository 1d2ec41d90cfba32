from pathlib import Path

from django.db import migrations

from collections_site.lib.sqlfile import load

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("messaging", "0003_wording_desk")]
    operations = [load(SQL / "walls.sql"), load(SQL / "row_walls.sql")]
