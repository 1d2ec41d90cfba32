"""Refuse to start half-configured: each finding says which variable to set, and to what."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.utils.module_loading import import_string

from collections_site.lib.loopback import is_loopback
from messaging.schedules import SCHEDULES


def _always(findings: Callable[[], Iterator[CheckMessage]]) -> None:
    def check(**_: Any) -> list[CheckMessage]:
        return list(findings())

    register(check)


def carriers() -> Iterator[CheckMessage]:
    """Credentials come whole or not at all, and a simulated carrier never meets production."""
    twilio = {
        "TWILIO_ACCOUNT_SID": settings.TWILIO_ACCOUNT_SID,
        "TWILIO_AUTH_TOKEN": settings.TWILIO_AUTH_TOKEN,
        "TWILIO_MESSAGING_SERVICE_SID": settings.TWILIO_MESSAGING_SERVICE_SID,
    }
    gateway = {"GATEWAY_URL": settings.GATEWAY_URL, "GATEWAY_SECRET": settings.GATEWAY_SECRET}
    for together in (twilio, gateway):
        missing = [name for name, value in together.items() if not value]
        if 0 < len(missing) < len(together):
            yield Error(f"Set {' and '.join(missing)} too, or none of {', '.join(together)}.")
    if settings.TWILIO_API_URL and (
        settings.PRODUCTION or not is_loopback(settings.TWILIO_API_URL)
    ):
        yield Error(
            "TWILIO_API_URL is only for a simulated carrier on this machine: unset it, texts then go"
            " to Twilio itself."
        )
    if settings.GATEWAY_URL and settings.PRODUCTION and is_loopback(settings.GATEWAY_URL):
        yield Error("GATEWAY_URL is on this machine: in production name the carrier's address.")


def schedules() -> Iterator[CheckMessage]:
    """Everything scheduled exists: the queue finds out only when it is due."""
    for name, scheduled in SCHEDULES.items():
        try:
            import_string(scheduled.function)
        except ImportError as error:
            yield Error(f"Schedule {name!r}: {error}")


def production() -> Iterator[CheckMessage]:
    """What production needs besides Django's own list."""
    if not settings.PRODUCTION:
        return
    address = urlsplit(settings.PUBLIC_URL)
    if address.scheme != "https" or is_loopback(settings.PUBLIC_URL):
        yield Error("PUBLIC_URL is where staff and carriers reach the site: https and a name.")
    elif address.hostname not in settings.ALLOWED_HOSTS:
        yield Error(f"ALLOWED_HOSTS does not name {address.hostname}, the host of PUBLIC_URL.")
    app, owner = settings.DATABASES["default"], settings.DATABASE_OWNER
    if app["USER"] == owner["USER"]:
        yield Warning(
            "DATABASE_OWNER_URL is missing, or has the role of DATABASE_URL: serve as courtesy_app and"
            " migrate as courtesy_owner, so that the site cannot take down its own walls."
        )


_always(carriers)
_always(schedules)
_always(production)
