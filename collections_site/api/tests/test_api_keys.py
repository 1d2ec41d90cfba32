"""Keys of the lender's systems: without a live one nothing is read or written."""

import json
import logging

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from borrowers.models import ApiToken
from borrowers.services import tokens
from collections_site.api import door
from collections_site.api.tests.posting import ADDRESS, a_payment, post, told
from collections_site.audit.models import Event
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def key() -> str:
    cast.at_noon()
    cast.the_lender()
    return tokens.add("core")


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Basic {key}", "Bearer {key}x", "Bearer x{key}", "{key}"],
)
def test_without_a_live_key_nothing_is_read_or_written(key: str, header: str) -> None:
    loan = cast.a_loan()
    post(key, a_payment(loan))
    headers = {"Authorization": header.format(key=key)} if header else {}
    refused = Client().post(
        ADDRESS, json.dumps(a_payment(loan)), content_type="application/json", headers=headers
    )
    assert (refused.status_code, told(refused)) == (401, {("", "no_key")})
    assert refused["WWW-Authenticate"] == "Bearer"
    assert Client().get(f"{ADDRESS}/R-1", headers=headers).status_code == 401


def test_a_revoked_key_opens_nothing_and_its_name_can_have_a_new_one(key: str) -> None:
    loan = cast.a_loan()
    call_command("revoke_token", "core")
    assert post(key, a_payment(loan)).status_code == 401
    fresh = tokens.add("core")
    assert post(fresh, a_payment(loan)).status_code == 201
    assert set(Event.objects.values_list("verb", flat=True)) >= {"token.added", "token.revoked"}


def test_a_key_opens_only_its_scope(key: str) -> None:
    ApiToken.objects.update(scopes=["other"])
    response = post(key, {})
    assert (response.status_code, told(response)) == (403, {("", "scope")})


def test_a_key_is_shown_once_and_kept_as_a_digest(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("add_token", "core", "--json")
    key = json.loads(capsys.readouterr().out)["key"]
    row = ApiToken.objects.get()
    assert key not in repr(ApiToken.objects.values().get())
    assert tokens.holder(key) == row
    with pytest.raises(CommandError, match="has a key already"):
        call_command("add_token", "core")


def test_a_key_tells_who_made_it() -> None:
    call_command("add_token", "core", "--by", cast.a_user("wang", role="administrator").username)
    row = ApiToken.objects.select_related("created_by").get()
    assert row.created_by is not None
    assert row.created_by.username == "wang"
    assert Event.objects.get(verb="token.added").by == row.created_by
    with pytest.raises(CommandError, match="Nobody on the staff"):
        call_command("add_token", "other", "--by", "nobody")
    assert ApiToken.objects.count() == 1


def test_failed_keys_are_told_at_the_first_and_every_tenfold(
    key: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "failures", door.Failures())
    with caplog.at_level(logging.WARNING, "collections_site.api.door"):
        for _ in range(25):
            post("courtesy_guess", {})
    assert [record.args[0] for record in caplog.records if record.args] == [1, 10]  # type: ignore[index]
    assert "guess" not in caplog.text


def test_failures_older_than_a_minute_are_forgotten() -> None:
    failures = door.Failures()
    assert [failures.add(at) for at in (0.0, 59.0, 60.0, 200.0)] == [1, 2, 2, 1]
