"""The page of a person: may I text them now, and all that happened, for those who may see it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from pytest_django import DjangoAssertNumQueries

from borrowers.models import Borrower, Consent, Hold, Repayment
from borrowers.services import assignments
from collections_site.lib import clock
from messaging.models import Attempt
from messaging.services import planning
from tests import cast
from tests.sendings import sent
from tests.visits import body, signed_in

pytestmark = pytest.mark.django_db


def page_of(borrower: Borrower) -> str:
    return f"/borrowers/{borrower.borrower_ref}/"


def a_texted_person() -> Borrower:
    """Texted this noon about a loan due in three days, and delivered."""
    cast.the_house()
    loan = cast.a_loan()
    planning.plan()
    (attempt,) = sent()
    Attempt.objects.filter(pk=attempt.pk).update(delivery="delivered")
    borrower: Borrower = loan.borrower
    return borrower


def test_it_answers_yes_in_one_sentence_with_every_check() -> None:
    cast.the_house()
    loan = cast.a_loan()

    text = body(signed_in(), page_of(loan.borrower))

    assert "May be reminded now" in text
    assert "0 of 1 reminders used today" in text
    assert "Inside contact hours until 20:00" in text
    assert "HOUSE-CAP-01" in text


def test_it_answers_not_before_when_and_why() -> None:
    text = body(signed_in(), page_of(a_texted_person()))

    assert "Not before" in text
    assert "2026-11-25 09:00" in text
    assert "Already reminded today (limit 1 a day)" in text


def test_it_answers_no_for_somebody_who_opted_out() -> None:
    cast.the_house()
    loan = cast.a_loan()
    Hold.objects.create(
        kind="opt_out",
        borrower=loan.borrower,
        source="inbound",
        from_at=clock.now() - timedelta(hours=1),
    )

    text = body(signed_in(), page_of(loan.borrower))

    assert "Not to be reminded" in text
    assert "They asked not to be texted" in text
    assert "Opted out" in text


def test_the_timeline_holds_everything_newest_first() -> None:
    person = a_texted_person()
    loan = person.loans.get()
    Repayment.objects.create(
        repayment_ref="P-1",
        loan=loan,
        paid_on=cast.TODAY - timedelta(days=2),
        amount=Decimal("500.00"),
    )
    Hold.objects.create(
        kind="promise",
        borrower=person,
        source="staff",
        from_at=clock.now() - timedelta(days=1),
        till_at=clock.now() + timedelta(days=3),
    )
    client = signed_in()

    page = client.get(page_of(person))

    kinds = [entry.kind for entry in page.context["timeline"].entries]
    assert kinds == ["text", "hold", "payment", "consent"]
    text = page.content.decode()
    assert "CNY\u00a0500.00" in text
    assert "Delivered" in text
    assert "Why sent" in text
    only = client.get(page_of(person), {"show": "money"})
    assert [entry.kind for entry in only.context["timeline"].entries] == ["payment"]


def test_what_was_not_sent_is_told_with_its_reason() -> None:
    cast.the_house()
    loan = cast.a_loan()
    Hold.objects.create(
        kind="dispute",
        borrower=loan.borrower,
        source="test",
        from_at=clock.now() - timedelta(hours=1),
    )
    planning.plan()

    text = body(signed_in(), page_of(loan.borrower))

    assert "They dispute this; it is being looked into" in text
    assert "/evidence/decisions/" in text


def test_older_things_are_on_the_next_page_and_none_is_lost_between() -> None:
    cast.the_house()
    loan = cast.a_loan()
    for number in range(45):
        Repayment.objects.create(
            repayment_ref=f"P-{number}", loan=loan, paid_on=cast.TODAY, amount=Decimal(number + 1)
        )
    client = signed_in()

    amounts = []
    for number in (1, 2, 3):
        timeline = client.get(page_of(loan.borrower), {"page": number}).context["timeline"]
        amounts += [entry.amount for entry in timeline.entries if entry.kind == "payment"]

    assert sorted(amounts) == [Decimal(number + 1) for number in range(45)]
    assert not timeline.more


def test_names_and_numbers_are_masked_and_stand_in_no_address_or_title() -> None:
    person = a_texted_person()
    phone = person.numbers.get().contact_point.phone

    text = body(signed_in(), page_of(person))

    words_sent = Attempt.objects.get().reminder.text or ""
    outside = text.replace(words_sent, "")
    assert phone not in text
    assert phone.removeprefix("+86") not in text
    assert "王芳" not in outside
    assert "王*" in outside or "王*芳" in outside


def test_before_the_lender_is_set_up_the_page_opens_without_an_answer() -> None:
    cast.at_noon()

    assert "The lender is not set up yet" in body(signed_in(), page_of(cast.a_loan().borrower))


def test_somebody_elses_person_is_not_found() -> None:
    person = a_texted_person()
    collector = cast.a_user()
    client = signed_in(user=collector)

    assert client.get(page_of(person)).status_code == 404
    assignments.assign([person], collector, by=None)
    assert client.get(page_of(person)).status_code == 200


def test_the_administrator_reads_about_nobody() -> None:
    assert signed_in("administrator").get(page_of(a_texted_person())).status_code == 403


def test_it_costs_as_many_queries_for_a_long_story_as_for_a_short_one(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    person = a_texted_person()
    for number in range(5):
        cast.a_loan(person)
        Repayment.objects.create(
            repayment_ref=f"P-{number}",
            loan=person.loans.earliest("pk"),
            paid_on=cast.TODAY,
            amount=Decimal(1),
        )
    client = signed_in()
    client.get(page_of(person))

    with django_assert_max_num_queries(44):
        client.get(page_of(person))


def test_each_amount_says_when_it_was_exported_and_each_consent_where_it_comes_from() -> None:
    cast.the_house()
    cast.at_noon()
    person = cast.a_borrower(consent=False)
    cast.a_loan(person, due_on=cast.TODAY - timedelta(days=4))
    point, since = person.numbers.get().contact_point, clock.now()
    Consent.objects.create(
        borrower=person, contact_point=point, given=True, at=since, source="import"
    )

    text = body(signed_in(), page_of(person))

    exported = "2026-11-24 09:00"
    assert text.count(exported) == 2  # the whole, and the one loan
    assert "not verified" in text
    assert "from the lender's file" in text


def test_the_page_says_which_source_decided_the_time_zones() -> None:
    cast.the_house()
    fixed = cast.a_borrower(time_zone="Asia/Shanghai")
    zones = ("America/New_York", "Asia/Shanghai")
    several = cast.a_borrower(number=cast.a_number(zones=zones), time_zone="Asia/Shanghai")
    browser = signed_in()

    assert "hour that is open in all of them" not in body(browser, page_of(fixed))
    text = body(browser, page_of(several))
    assert "hour that is open in all of them" in text
    assert "from everybody who is reached here" in text


def test_a_promise_says_its_amount_in_the_timeline_and_others_at_the_number_are_counted() -> None:
    cast.the_house()
    person = cast.a_loan(due_on=cast.TODAY - timedelta(days=4), amount="900.00").borrower
    cast.a_borrower(number=person.numbers.get().contact_point)
    browser = signed_in()
    said = {"amount": "123.45", "due_on": (cast.TODAY + timedelta(days=2)).isoformat()}
    browser.post(page_of(person) + "promise/", said)

    page = browser.get(page_of(person))

    (entry,) = [one for one in page.context["timeline"].entries if one.kind == "hold"]
    assert [str(one.amount) for one in entry.promises] == ["123.45"]
    assert "One other person is reached here." in page.content.decode()
