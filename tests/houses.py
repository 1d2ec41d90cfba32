"""A house that can send: providers set up for a started carrier, in this process and for children."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pytest_django import Settings

from collections_site.handset.testing import Handset, running_handset

SETTINGS = {
    "TWILIO_ACCOUNT_SID": "AC" + "1" * 32,
    "TWILIO_AUTH_TOKEN": "t" * 32,
    "TWILIO_MESSAGING_SERVICE_SID": "MG" + "1" * 32,
    "GATEWAY_SECRET": "s" * 32,
}


@contextmanager
def carrier_for(
    site_url: str,
    folder: Path,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    pace: float = 0.0,
) -> Iterator[Handset]:
    """Start the carrier for a site at ``site_url``, and point settings and environment at it."""
    with running_handset(
        folder,
        public_url=site_url,
        pace=pace,
        twilio_account_sid=SETTINGS["TWILIO_ACCOUNT_SID"],
        twilio_auth_token=SETTINGS["TWILIO_AUTH_TOKEN"],
        gateway_secret=SETTINGS["GATEWAY_SECRET"],
    ) as handset:
        values = {
            **SETTINGS,
            "PUBLIC_URL": site_url,
            "TWILIO_API_URL": handset.base_url,
            "GATEWAY_URL": handset.base_url,
        }
        for name, value in values.items():
            setattr(settings, name, value)
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("HANDSET_PORT", str(handset.port))
        settings.HANDSET_PORT = handset.port
        yield handset
