"""A reason in a column: kept as code and values, read as the sentence it is."""

from typing import Any

from django.db import models

from borrowers.policies.import_reasons import plain, read


class SentenceField(models.JSONField):
    """Holds a sentence of policies/import_reasons.py, or any other text as it was said."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> str:
        return read(super().from_db_value(value, expression, connection) or {})

    def get_prep_value(self, value: Any) -> Any:
        return super().get_prep_value(plain(value) if isinstance(value, str) else value)
