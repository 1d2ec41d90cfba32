"""Payments as they happen: taken once, by whoever has a key, with every refusal explained."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client

from borrowers.models import LoanChange, PostedRepayment, Repayment
from borrowers.services import tokens
from collections_site.api.tests.posting import ADDRESS, a_payment, post, told
from messaging.models import Reminder
from messaging.providers.base import Accepted
from messaging.services import planning
from tests import cast
from tests.sendings import sent
from tests.visits import body, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def key() -> str:
    cast.at_noon()
    cast.the_lender()
    return tokens.add("core")


def test_a_payment_raises_the_version_and_says_what_is_owed_now(key: str) -> None:
    loan = cast.a_loan(due_on=cast.TODAY - timedelta(days=3))
    response = post(key, a_payment(loan))
    assert response.status_code == 201
    said = json.loads(response.content)
    assert said["owing"] == {
        "version": 2,
        "business_date": "2026-11-24",
        "overdue_since": "2026-11-21",
        "overdue_amount": "760.00",
        "next_due_on": None,
        "next_due_amount": "0.00",
    }
    assert (said["cancelled"], said["escaped"]) == (0, [])
    assert response["Cache-Control"] == "no-store"
    change = LoanChange.objects.get(loan_id=loan.pk)
    assert (change.version, change.cause, str(change.overdue_amount)) == (2, "repayment", "760.00")


def test_the_same_payment_again_gets_the_same_answer_and_changes_nothing(key: str) -> None:
    loan = cast.a_loan()
    first = post(key, a_payment(loan))
    post(key, a_payment(loan, repayment_ref="R-2", amount="5.00"))
    again = post(key, a_payment(loan, amount="100.0"))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.content == again.content
    asked = Client().get(f"{ADDRESS}/R-1", headers={"Authorization": f"Bearer {key}"})
    assert asked.content == first.content
    assert Repayment.objects.filter(repayment_ref="R-1").count() == 1


@pytest.mark.parametrize("ref", ["R-1", "%00", "R%00-1", "%ED%A0%80", "A/B", "9" * 5000])
def test_a_ref_that_nobody_posted_is_answered_as_unknown(key: str, ref: str) -> None:
    answer = Client().get(f"{ADDRESS}/{ref}", headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 404
    assert told(answer) == {("repayment_ref", "unknown")}


def test_a_ref_with_another_amount_is_a_conflict_that_shows_both(key: str) -> None:
    loan = cast.a_loan()
    post(key, a_payment(loan))
    response = post(key, a_payment(loan, amount="200.00", paid_on="2026-11-23"))
    assert response.status_code == 409
    said = json.loads(response.content)
    assert said["on_file"] == {"amount": "100.00", "paid_on": "2026-11-24"}
    assert said["posted"] == {"amount": "200.00", "paid_on": "2026-11-23"}
    assert told(response) == {("amount", "on_file"), ("paid_on", "on_file")}
    assert str(Repayment.objects.get().amount) == "100.00"


def test_a_payment_that_came_by_file_is_not_counted_twice(key: str) -> None:
    loan = cast.a_loan()
    Repayment.objects.create(loan=loan, repayment_ref="R-1", paid_on=cast.TODAY, amount=100)
    response = post(key, a_payment(loan))
    assert response.status_code == 201
    assert json.loads(response.content)["owing"]["next_due_amount"] == "760.00"
    assert post(key, a_payment(loan)).status_code == 200
    assert Repayment.objects.count() == 1


def test_what_is_scheduled_for_a_paid_instalment_is_cancelled(key: str) -> None:
    cast.the_house()
    loan, other = cast.a_loan(), cast.a_loan()
    planning.plan()
    said = json.loads(post(key, a_payment(loan, amount="860.00")).content)
    assert (said["cancelled"], said["escaped"]) == (1, [])
    states = dict(Reminder.objects.values_list("loan", "state"))
    assert states == {loan.pk: "cancelled", other.pk: "scheduled"}


@pytest.mark.parametrize("outcome", [None, Accepted("G1")])
def test_a_text_on_its_way_is_listed_as_escaped_and_not_cancelled(
    key: str, outcome: Accepted | None
) -> None:
    cast.the_house()
    loan = cast.a_loan()
    planning.plan()
    (attempt,) = sent([outcome])
    said = json.loads(post(key, a_payment(loan)).content)
    assert (said["cancelled"], said["escaped"]) == (0, [attempt.reminder_id])
    assert PostedRepayment.objects.get().escaped == [attempt.reminder_id]
    again = json.loads(post(key, a_payment(loan, repayment_ref="R-2", amount="1.00")).content)
    assert again["escaped"] == [attempt.reminder_id]


def test_a_text_that_has_arrived_has_not_escaped(key: str) -> None:
    cast.the_house()
    loan = cast.a_loan()
    planning.plan()
    (attempt,) = sent()
    attempt.delivery = "delivered"
    attempt.save(update_fields=["delivery"])
    assert json.loads(post(key, a_payment(loan)).content)["escaped"] == []


def test_a_reversal_takes_back_what_it_names_and_no_more(key: str) -> None:
    loan = cast.a_loan()
    post(key, a_payment(loan))
    back = a_payment(loan, repayment_ref="R-1X", amount="-60.00", reverses="R-1")
    first = post(key, back)
    assert first.status_code == 201
    assert json.loads(first.content)["owing"]["next_due_amount"] == "820.00"
    more = post(key, {**back, "repayment_ref": "R-1Y", "amount": "-40.01"})
    assert (more.status_code, told(more)) == (422, {("amount", "more_than_paid")})
    rest = post(key, {**back, "repayment_ref": "R-1Y", "amount": "-40.00"})
    assert json.loads(rest.content)["owing"]["next_due_amount"] == "860.00"
    assert post(key, back).content == first.content
    assert told(post(key, {**back, "reverses": "R-2"})) == {("reverses", "on_file")}


def test_backdated_and_over_payments_are_taken(key: str) -> None:
    loan = cast.a_loan(due_on=cast.TODAY - timedelta(days=3))
    response = post(key, a_payment(loan, amount="9999.99", paid_on="2026-10-01"))
    assert response.status_code == 201
    said = json.loads(response.content)["owing"]
    assert (said["overdue_amount"], said["next_due_amount"]) == ("0.00", "0.00")


BAD = {
    "empty": (b"", 400, ("", "empty")),
    "not json": (b"{", 400, ("", "not_json")),
    "not utf-8": (b'{"amount": "\xff"}', 400, ("", "not_json")),
    "NaN": (b'{"amount": NaN}', 400, ("", "not_json")),
    "deep": (b"[" * 8000, 400, ("", "not_json")),
    "a list": (b"[]", 400, ("", "not_an_object")),
    "a text": (b'"x"', 400, ("", "not_an_object")),
    "null": (b"null", 400, ("", "not_an_object")),
    "twice": (b'{"amount": "1.00", "amount": "2.00"}', 400, ("", "field_twice")),
    "large": (b" " * 9000, 413, ("", "too_large")),
    "no ref": ({"repayment_ref": None}, 422, ("repayment_ref", "string_type")),
    "empty ref": ({"repayment_ref": ""}, 422, ("repayment_ref", "string_too_short")),
    "blank ref": ({"repayment_ref": "  "}, 422, ("repayment_ref", "value_error")),
    "long ref": ({"repayment_ref": "R" * 41}, 422, ("repayment_ref", "string_too_long")),
    "NUL": ({"repayment_ref": "R\u0000"}, 422, ("repayment_ref", "value_error")),
    "number": ({"amount": 100.1}, 422, ("amount", "string_type")),
    "three decimals": ({"amount": "1.001"}, 422, ("amount", "string_pattern_mismatch")),
    "exponent": ({"amount": "1e3"}, 422, ("amount", "string_pattern_mismatch")),
    "digits of others": ({"amount": "١٠"}, 422, ("amount", "string_pattern_mismatch")),
    "too much": ({"amount": "1" * 13}, 422, ("amount", "string_pattern_mismatch")),
    "zero": ({"amount": "-0.00"}, 422, ("amount", "value_error")),
    "a reversal of nothing": ({"amount": "-1.00"}, 422, ("reverses", "missing")),
    "unknown reversal": ({"amount": "-1", "reverses": "Q"}, 422, ("reverses", "unknown")),
    "reversal above zero": ({"reverses": "Q"}, 422, ("amount", "not_negative")),
    "no such day": ({"paid_on": "2026-02-30"}, 422, ("paid_on", "value_error")),
    "an instant": ({"paid_on": "2026-11-24T00:00"}, 422, ("paid_on", "string_pattern_mismatch")),
    "tomorrow": ({"paid_on": "2026-11-25"}, 422, ("paid_on", "not_yet")),
    "other currency": ({"currency": "USD"}, 422, ("currency", "other_currency")),
    "small letters": ({"currency": "cny"}, 422, ("currency", "string_pattern_mismatch")),
    "unknown loan": ({"loan_ref": "L-none"}, 422, ("loan_ref", "unknown")),
    "unknown field": ({"note": "x"}, 422, ("note", "extra_forbidden")),
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
def test_a_bad_body_is_refused_with_field_and_remedy_and_nothing_is_written(
    key: str, bad: tuple[Any, int, tuple[str, str]]
) -> None:
    fields, status, problem = bad
    loan = cast.a_loan()
    response = post(key, a_payment(loan, **fields) if isinstance(fields, dict) else fields)
    assert (response.status_code, told(response)) == (status, {problem})
    assert not Repayment.objects.exists()
    loan.refresh_from_db()
    assert loan.version == 1


def test_a_missing_field_and_another_type_are_named(key: str) -> None:
    assert told(post(key, {})) == {
        (name, "missing") for name in ("repayment_ref", "loan_ref", "paid_on", "amount", "currency")
    }
    form = Client().post(ADDRESS, {"amount": "1"}, headers={"Authorization": f"Bearer {key}"})
    assert (form.status_code, told(form)) == (415, {("", "not_json")})


def test_the_api_is_described_for_programs_and_for_people() -> None:
    schema = Client().get("/api/openapi.json").json()
    assert set(schema["paths"]) == {ADDRESS, f"{ADDRESS}/{{repayment_ref}}"}
    fields = schema["components"]["schemas"]["RepaymentIn"]
    assert "reverses" not in fields["required"]
    page = Client().get("/api/")
    assert page.status_code == 200
    for name in fields["properties"]:
        assert f"<code>{name}</code>" in page.content.decode()


def test_the_page_of_overtaken_texts_shows_what_each_stated(key: str) -> None:
    cast.the_house()
    loan = cast.a_loan()
    planning.plan()
    (attempt,) = sent([None])
    post(key, a_payment(loan))
    page = body(signed_in("supervisor"), "/dispatch/escaped/")
    assert f"/messages/{attempt.pk}/" in page
    assert "CNY\u00a0860.00" in page
    assert loan.borrower.borrower_ref in page
    assert str(attempt.pk) not in body(signed_in("collector"), "/dispatch/escaped/")
    assert loan.borrower.borrower_ref not in body(signed_in("administrator"), "/dispatch/escaped/")


@pytest.mark.parametrize("sql", ["UPDATE {} SET escaped = '{{}}'", "DELETE FROM {}"])
def test_what_was_answered_cannot_be_altered(key: str, sql: str) -> None:
    post(key, a_payment(cast.a_loan()))
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql.format(PostedRepayment._meta.db_table))
    assert PostedRepayment.objects.count() == 1
