"""Which provider a code names, by the settings of the installation."""

import logging
import uuid
from contextlib import closing

import pytest
from pytest_django import Settings

from messaging.providers import gateway_webhooks, provider, terms_refuse, twilio_webhooks
from messaging.providers.base import Accepted, NotSent, OutboundText
from messaging.providers.console import ConsoleProvider
from messaging.providers.gateway import GatewayProvider
from messaging.providers.twilio import TwilioProvider


def a_text() -> OutboundText:
    attempt = uuid.uuid4()
    return OutboundText(attempt, "+8613800138000", "【礼贷】秘密", "https://site.example/", 900)


@pytest.fixture(autouse=True)
def demo(settings: Settings) -> None:
    settings.SITE_ENVIRONMENT = "demo"
    settings.TWILIO_API_URL = settings.GATEWAY_URL = "http://127.0.0.1:9"
    settings.TWILIO_ACCOUNT_SID = settings.TWILIO_AUTH_TOKEN = "x"
    settings.TWILIO_MESSAGING_SERVICE_SID = settings.GATEWAY_SECRET = "x"


@pytest.mark.parametrize(
    ("code", "kind"),
    [("twilio", TwilioProvider), ("gateway", GatewayProvider), ("console", ConsoleProvider)],
)
def test_a_code_names_one_provider(code: str, kind: type) -> None:
    with closing(provider(code, threads=2)) as made:
        assert isinstance(made, kind)


def test_settings_are_read_when_a_provider_is_made(settings: Settings) -> None:
    settings.GATEWAY_SECRET = ""

    with closing(provider("gateway", threads=1)) as made:
        assert made.send(a_text()) == NotSent("not_configured", configuration=True)


@pytest.mark.parametrize("code", ["console", "twilio", "carrier-pigeon"])
def test_production_has_no_console_and_no_redirected_client(settings: Settings, code: str) -> None:
    settings.SITE_ENVIRONMENT = "production"

    with pytest.raises(ValueError):
        provider(code, threads=1)


@pytest.mark.parametrize(
    ("code", "country", "third_party", "refused"),
    [
        ("twilio", "CN", False, "loan_texts_forbidden"),
        ("twilio", "US", False, None),
        ("twilio", "US", True, "third_party_forbidden"),
        ("twilio", "CA", True, "third_party_forbidden"),
        ("twilio", "GB", True, None),
        ("gateway", "CN", True, None),
        ("gateway", "HK", False, "mainland_only"),
        ("console", "CN", True, None),
    ],
)
def test_terms_are_known_without_asking_the_provider(
    code: str, country: str, third_party: bool, refused: str | None
) -> None:
    assert terms_refuse(code, country, third_party=third_party) == refused


def test_the_console_logs_the_id_and_nothing_personal(caplog: pytest.LogCaptureFixture) -> None:
    text = a_text()

    with caplog.at_level(logging.INFO):
        outcome = provider("console", threads=1).send(text)

    assert outcome == Accepted(f"console-{text.attempt_id}")
    assert str(text.attempt_id) in caplog.text
    assert text.to not in caplog.text
    assert "秘密" not in caplog.text


def test_webhooks_without_a_secret_believe_nobody(settings: Settings) -> None:
    settings.TWILIO_AUTH_TOKEN = settings.GATEWAY_SECRET = ""

    assert not twilio_webhooks().verify("https://site.example/", {"A": ["1"]}, "")
    assert not gateway_webhooks().verify(b"{}", "1", "", at=1)
