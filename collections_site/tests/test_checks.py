"""A half-configured installation does not start, and says what is missing."""

import pytest
from pytest_django.fixtures import Settings

from collections_site import checks
from messaging import schedules

GOOD = {
    "PRODUCTION": True,
    "PUBLIC_URL": "https://courtesy.example",
    "ALLOWED_HOSTS": ["courtesy.example"],
    "DATABASES": {"default": {"USER": "courtesy_app"}},
    "DATABASE_OWNER": {"USER": "courtesy_owner"},
    "TWILIO_ACCOUNT_SID": "AC1",
    "TWILIO_AUTH_TOKEN": "secret",
    "TWILIO_MESSAGING_SERVICE_SID": "MG1",
    "TWILIO_API_URL": "",
    "GATEWAY_URL": "https://gateway.example",
    "GATEWAY_SECRET": "secret",
}


pytestmark = pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")


def findings(settings: Settings, **changed: object) -> str:
    for name, value in {**GOOD, **changed}.items():
        setattr(settings, name, value)
    found = [*checks.carriers(), *checks.schedules(), *checks.production()]
    return "\n".join(message.msg for message in found)


def test_a_whole_configuration_passes(settings: Settings) -> None:
    assert findings(settings) == ""
    assert findings(settings, **{name: "" for name in GOOD if name.startswith("TWILIO")}) == ""


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"TWILIO_AUTH_TOKEN": ""}, "Set TWILIO_AUTH_TOKEN too"),
        ({"GATEWAY_SECRET": ""}, "Set GATEWAY_SECRET too"),
        ({"TWILIO_API_URL": "http://127.0.0.1:8001"}, "TWILIO_API_URL"),
        ({"TWILIO_API_URL": "https://elsewhere.example", "PRODUCTION": False}, "TWILIO_API_URL"),
        ({"GATEWAY_URL": "http://localhost:8001"}, "GATEWAY_URL"),
        ({"PUBLIC_URL": "http://courtesy.example"}, "PUBLIC_URL"),
        ({"PUBLIC_URL": "https://127.0.0.1"}, "PUBLIC_URL"),
        ({"ALLOWED_HOSTS": ["other.example"]}, "ALLOWED_HOSTS does not name courtesy.example"),
        ({"DATABASE_OWNER": {"USER": "courtesy_app"}}, "DATABASE_OWNER_URL"),
    ],
)
def test_what_is_missing_is_named(
    settings: Settings, changed: dict[str, object], complaint: str
) -> None:
    assert complaint in findings(settings, **changed)


def test_outside_production_the_simulated_carrier_is_welcome(settings: Settings) -> None:
    carrier = "http://127.0.0.1:8001"
    said = findings(settings, PRODUCTION=False, TWILIO_API_URL=carrier, GATEWAY_URL=carrier)
    assert said == ""


def test_a_schedule_that_names_nothing_is_found(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = schedules.Scheduled("messaging.tasks.gone", 1)
    monkeypatch.setitem(schedules.SCHEDULES, "a task that was renamed", gone)

    assert "a task that was renamed" in findings(settings)
