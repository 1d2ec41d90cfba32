"""What the simulated carrier is told at its start."""

from dataclasses import dataclass
from pathlib import Path

from collections_site.lib.loopback import is_loopback


@dataclass(frozen=True, slots=True)
class HandsetConfig:
    """Settings of one simulated carrier; made once, by the command that starts it."""

    port: int  # 0 takes a free one
    var_dir: Path
    public_url: str  # where the site answers webhooks; must be on this machine
    twilio_account_sid: str
    twilio_auth_token: str
    gateway_secret: str
    pace: float = 0.2  # seconds between two receipts of one text
    twilio_number: str = "+15005550006"
    gateway_number: str = "106900001"

    def __post_init__(self) -> None:
        """Raise ValueError for a site address that is not on this machine."""
        if not is_loopback(self.public_url):
            raise ValueError(
                f"PUBLIC_URL is {self.public_url}: the simulated carrier only calls a site on"
                " this machine; set it to http://127.0.0.1:<port>."
            )

    @property
    def ledger_path(self) -> Path:
        """The file that holds what the phones received."""
        return self.var_dir / "handset" / "ledger.jsonl"
