"""Start the simulated carrier."""

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from collections_site.handset.config import HandsetConfig
from collections_site.handset.server import CannotStart, run


class Command(BaseCommand):
    """`manage.py handset`: phones in the browser instead of a carrier; never in production."""

    help = "Run the simulated carrier on 127.0.0.1:HANDSET_PORT until it is stopped."
    requires_system_checks = []  # it needs neither database nor pages

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="say in JSON where it listens")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.SITE_ENVIRONMENT == "production":
            raise CommandError("There is no simulated carrier in production.")
        try:
            config = HandsetConfig(
                port=settings.HANDSET_PORT,
                var_dir=settings.VAR_DIR,
                public_url=settings.PUBLIC_URL,
                twilio_account_sid=settings.TWILIO_ACCOUNT_SID,
                twilio_auth_token=settings.TWILIO_AUTH_TOKEN,
                gateway_secret=settings.GATEWAY_SECRET,
            )
            run(config, lambda port: self.say(port, config, options["json"]))
        except (CannotStart, ValueError) as error:
            raise CommandError(str(error)) from error

    def say(self, port: int, config: HandsetConfig, as_json: bool) -> None:
        """Tell where the carrier listens and keeps its ledger."""
        url, ledger = f"http://127.0.0.1:{port}", str(config.ledger_path)
        if as_json:
            self.stdout.write(json.dumps({"url": url, "ledger": ledger}))
        else:
            self.stdout.write(f"Simulated carrier on {url}; what phones received: {ledger}")
        self.stdout.flush()
