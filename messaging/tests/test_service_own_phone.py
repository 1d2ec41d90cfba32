"""A test of a wording goes to its author's own verified phone, says so, and goes nowhere else."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from collections_site import site_clock
from collections_site.audit.models import Event
from collections_site.handset.testing import Handset, listening_site
from collections_site.lib import clock
from collections_site.lib.decision import NotAllowed
from collections_site.lib.steps import OutOfStep
from messaging.models import (
    Attempt,
    Provider,
    Registration,
    Reminder,
    SendingStop,
    StaffPhone,
    Wording,
)
from messaging.services import dispatch, own_phone
from tests import cast, houses

PHONE = "+8613900000007"
MARKED = (
    "【云杉消金】TEST 王芳您好，本期3,260.00元将于11月24日到期。已还请忽略。客服95000，拒收请回复R"
)


def an_author(phone: str = PHONE) -> User:
    user = cast.a_user(role="supervisor")
    if phone:
        own_phone.record_phone(user, phone, by=cast.a_user(role="administrator"))
    return user


@pytest.fixture
def carrier(
    own_database: str, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Handset]:
    """A house ready to send, and the carrier its providers talk to."""
    with (
        listening_site() as site,
        houses.carrier_for(site.url, tmp_path, settings, monkeypatch) as handset,
    ):
        cast.the_house()
        yield handset


def test_a_draft_arrives_at_its_authors_phone_as_a_test_and_nowhere_else(carrier: Handset) -> None:
    author = an_author()
    wording = cast.a_wording(author=author)
    cast.a_loan()

    reminder = own_phone.send_test(wording, by=author)
    counts = dispatch.pump()

    assert counts["accepted"] == 1
    (text,) = carrier.texts()
    assert (text["to"], text["text"]) == (PHONE, MARKED)
    attempt = Attempt.objects.get()
    assert (attempt.kind, attempt.parts, attempt.cost) == ("test", 1, Decimal("0.0450"))
    assert attempt.reminder == reminder
    reminder.refresh_from_db()
    assert (reminder.state, reminder.text) == ("submitted", MARKED)


def test_the_mark_is_counted_with_the_text(carrier: Handset) -> None:
    author = an_author()
    text = "((salutation))" + "好" * (
        70 - 6 - 4
    )  # 【云杉消金】 and 王芳您好: one part without the mark
    wording = cast.a_wording(author=author, text=text)

    own_phone.send_test(wording, by=author)
    dispatch.pump()

    assert Attempt.objects.get().parts == 2


def test_words_changed_after_the_test_was_asked_for_go_out_as_they_are_then(
    carrier: Handset,
) -> None:
    author = an_author()
    wording = cast.a_wording(author=author)
    own_phone.send_test(wording, by=author)
    Wording.objects.filter(pk=wording.pk).update(text="已还请忽略")

    dispatch.pump()

    assert [text["text"] for text in carrier.texts()] == ["【云杉消金】TEST 已还请忽略"]


@pytest.mark.django_db
class TestRefusals:
    """Each refusal says what to do, and schedules nothing."""

    @pytest.fixture(autouse=True)
    def house(self) -> None:
        cast.the_house()

    def refused(self, wording: Wording, by: User, sentence: str) -> None:
        before = Reminder.objects.filter(kind="test").count()
        with pytest.raises(NotAllowed, match=sentence):
            own_phone.send_test(wording, by=by)
        assert Reminder.objects.filter(kind="test").count() == before

    def test_without_a_verified_phone(self) -> None:
        author = an_author("")
        self.refused(cast.a_wording(author=author), author, "administrator can record it")
        row = own_phone.record_phone(author, PHONE, by=None)
        StaffPhone.objects.filter(pk=row.pk).update(verified_on=None)
        self.refused(cast.a_wording(author=author), author, "administrator can record it")

    def test_of_somebody_elses_words(self) -> None:
        self.refused(cast.a_wording(), an_author(), "Only its author")

    def test_while_sending_is_stopped(self) -> None:
        author = an_author()
        SendingStop.objects.create(
            scope="all", reason="other", stopped_by=author, stopped_at=clock.now()
        )
        self.refused(cast.a_wording(author=author), author, "Sending is stopped")

    def test_while_the_last_one_is_on_its_way_and_again_after_it(self) -> None:
        author = an_author()
        wording = cast.a_wording(author=author)
        own_phone.send_test(wording, by=author)
        self.refused(wording, author, "still on its way")
        site_clock.set_to(clock.now() + own_phone.KEEPS + timedelta(seconds=1))
        assert own_phone.send_test(wording, by=author)

    def test_where_no_carrier_goes(self) -> None:
        author = an_author("+33612345678")
        self.refused(cast.a_wording(author=author), author, "No carrier")

    def test_of_words_the_carrier_has_not_registered(self) -> None:
        author = an_author()
        wording = cast.a_wording(author=author)
        Provider.objects.filter(pk="gateway").update(requires_registration=True)
        self.refused(wording, author, "registered")
        Registration.objects.create(
            wording=wording,
            provider_id="gateway",
            state="accepted",
            template_code="G1",
            checked_on=cast.TODAY,
            by=author,
        )
        assert own_phone.send_test(wording, by=author)

    def test_of_words_that_make_no_text(self) -> None:
        author = an_author()
        cast.the_lender(contact_line="www.spruce.cn")
        self.refused(cast.a_wording(author=author), author, "No text can be made")

    def test_outside_the_numbers_this_installation_may_text(self, settings: Settings) -> None:
        settings.REACHES_REAL_PHONES, settings.SEND_ONLY_TO = True, []
        author = an_author()
        self.refused(cast.a_wording(author=author), author, "SEND_ONLY_TO")

    def test_of_retired_words(self) -> None:
        author = an_author()
        wording = cast.an_approved_wording(cast.a_template("T-009"), author=author)
        Wording.objects.filter(pk=wording.pk).update(state="retired", live=False)
        with pytest.raises(OutOfStep):
            own_phone.send_test(wording, by=author)

    def test_to_a_phone_that_became_a_borrowers(self) -> None:
        author = an_author()
        cast.a_borrower(number=StaffPhone.objects.get(user=author).contact_point)
        self.refused(cast.a_wording(author=author), author, "borrower's")


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["collector", "supervisor", "compliance", "auditor"])
def test_only_an_administrator_vouches_for_a_phone(role: str) -> None:
    cast.the_lender()
    user = cast.a_user(role=role)

    with pytest.raises(NotAllowed, match="administrator"):
        own_phone.record_phone(user, PHONE, by=user)
    assert not StaffPhone.objects.exists()


@pytest.mark.django_db
def test_a_new_phone_takes_the_place_of_the_old_one() -> None:
    cast.at_noon()
    cast.the_lender()
    user = an_author()
    own_phone.record_phone(user, "+86 139 0000 0008", by=None)

    found = own_phone.phone_of(user)

    assert found is not None
    assert (found.contact_point.phone, found.verified_on) == ("+8613900000008", cast.TODAY)
    assert StaffPhone.objects.filter(user=user, verified_on=None).count() == 1


@pytest.mark.django_db
def test_the_log_says_who_vouched_and_holds_no_number() -> None:
    cast.the_lender()
    user, keeper = cast.a_user(), cast.a_user(role="administrator")

    own_phone.record_phone(user, PHONE, by=keeper)

    event = Event.objects.get(verb="staff.phone_recorded")
    assert (event.by, event.subject_id) == (keeper, str(user.pk))
    assert "0007" not in f"{event.before}{event.after}"


@pytest.mark.django_db
@pytest.mark.parametrize("phone", ["13900000007", "hello", "+", "+86", "", "+999999"])
def test_what_is_no_number_is_refused(phone: str) -> None:
    cast.the_lender()
    with pytest.raises(NotAllowed, match="like \\+86"):
        own_phone.record_phone(cast.a_user(), phone, by=None)


@pytest.mark.django_db
def test_a_borrowers_number_is_refused() -> None:
    cast.the_house()
    cast.a_borrower(number=cast.a_number(PHONE))

    with pytest.raises(NotAllowed, match="borrower's"):
        own_phone.record_phone(cast.a_user(), PHONE, by=None)
