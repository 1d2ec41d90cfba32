"""Django's migrate, as the owner of the tables; then grants, roles and rulebooks follow the code."""

from typing import Any

from django.core.management import call_command
from django.core.management.commands import migrate

from collections_site.database import environment, grants
from collections_site.database.owner import as_owner


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        with as_owner():
            super().handle(*args, **options)
            if options["plan"] or options["check_unapplied"] or options["app_label"]:
                return
            environment.claim()
            grants.apply()
            call_command("sync_rulebooks")
            from collections_site import roles  # reads permissions, which exist only by now

            roles.sync_roles()
