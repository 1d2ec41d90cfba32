"""The one switch: which carrier a code names, made from the settings when it is needed."""

from django.conf import settings

from messaging.providers.base import Provider
from messaging.providers.console import ConsoleProvider
from messaging.providers.gateway import GatewayProvider, GatewayWebhooks
from messaging.providers.twilio import TwilioProvider, TwilioWebhooks

PROVIDERS: dict[str, type[Provider]] = {
    "twilio": TwilioProvider,
    "gateway": GatewayProvider,
    "console": ConsoleProvider,
}


def provider(code: str, *, threads: int) -> Provider:
    """A provider for one batch sent by `threads` threads; close it after the batch.

    Raises ValueError for an unknown code, and for settings that would send where they must not.
    """
    production = settings.SITE_ENVIRONMENT == "production"
    match code:
        case "twilio":
            return TwilioProvider(
                account_sid=settings.TWILIO_ACCOUNT_SID,
                auth_token=settings.TWILIO_AUTH_TOKEN,
                messaging_service_sid=settings.TWILIO_MESSAGING_SERVICE_SID,
                api_url=settings.TWILIO_API_URL,
                production=production,
                threads=threads,
            )
        case "gateway":
            return GatewayProvider(
                url=settings.GATEWAY_URL, secret=settings.GATEWAY_SECRET, threads=threads
            )
        case "console" if not production:
            return ConsoleProvider()
    raise ValueError(f"There is no provider {code!r} here.")


def terms_refuse(code: str, country: str, *, third_party: bool = False) -> str | None:
    """Why a provider's terms forbid our texts to a country (ISO code), or None; needs no settings.

    Raises KeyError for an unknown code.
    """
    return PROVIDERS[code].terms_refuse(country, third_party=third_party)


def twilio_webhooks() -> TwilioWebhooks:
    """Verifies and reads what Twilio posts."""
    return TwilioWebhooks(settings.TWILIO_ACCOUNT_SID, [settings.TWILIO_AUTH_TOKEN])


def gateway_webhooks() -> GatewayWebhooks:
    """Verifies and reads what the gateway pushes."""
    return GatewayWebhooks(settings.GATEWAY_SECRET)
