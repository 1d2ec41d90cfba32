"""Django's PostgreSQL backend, which starts the embedded server when the first connection asks."""

from pathlib import Path
from typing import Any

from django.db.backends.postgresql import base

from collections_site import embedded_postgres


class DatabaseWrapper(base.DatabaseWrapper):
    """As Django's own; ``EMBEDDED_IN`` in the settings names the folder of the embedded server."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        if folder := self.settings_dict.get("EMBEDDED_IN"):
            embedded_postgres.ensure(Path(folder))
        return super().get_new_connection(conn_params)
