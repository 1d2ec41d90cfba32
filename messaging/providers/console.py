"""For development without any carrier: says in the log that a text would have gone out."""

import logging

from messaging.providers.base import Accepted, OutboundText, Outcome, Seen

logger = logging.getLogger("messaging.providers.console")


class ConsoleProvider:
    """Takes every text and sends none."""

    def send(self, text: OutboundText) -> Outcome:
        """Log the attempt's id, never number or words."""
        logger.info("would send attempt %s", text.attempt_id)
        return Accepted(f"console-{text.attempt_id}")

    def find(self, to: str) -> list[Seen]:
        """Nothing was sent, so nothing is found."""
        return []

    def close(self) -> None:
        """Nothing to let go of."""

    @staticmethod
    def terms_refuse(country: str, *, third_party: bool = False) -> str | None:
        """No terms: nothing leaves."""
        return None
