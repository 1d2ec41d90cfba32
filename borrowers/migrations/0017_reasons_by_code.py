"""Reasons by code and values; what was kept as a sentence stays the sentence it was."""

from django.db import migrations

import borrowers.models.sentence

COLUMNS = (("rejectedrow", "reason", 300), ("uploadrow", "reason", 300), ("upload", "problem", 600))


def forwards(table: str, column: str) -> str:
    return (
        f'ALTER TABLE borrowers_{table} ALTER COLUMN "{column}" TYPE jsonb USING CASE "{column}"'
        f" WHEN '' THEN '{{}}'::jsonb ELSE jsonb_build_object('said', \"{column}\") END"
    )


def backwards(table: str, column: str, most: int) -> str:
    said = f"left(coalesce(\"{column}\" ->> 'said', \"{column}\" ->> 'code', ''), {most})"
    return (
        f'ALTER TABLE borrowers_{table} ALTER COLUMN "{column}" TYPE varchar({most}) USING {said}'
    )


class Migration(migrations.Migration):
    dependencies = [("borrowers", "0016_what_is_unread")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(forwards(table, column), backwards(table, column, most))
            ],
            state_operations=[
                migrations.AlterField(
                    model_name=table,
                    name=column,
                    field=borrowers.models.sentence.SentenceField(default=str),
                )
            ],
        )
        for table, column, most in COLUMNS
    ]
