"""Numbers of nobody we know come about in one way, whoever brings them."""

from pathlib import Path

import pytest
from django.core.management import call_command

from borrowers.models import ContactPoint
from borrowers.policies import places
from borrowers.services import contacts, holds
from tests import cast

pytestmark = pytest.mark.django_db


def told(point: ContactPoint | None) -> tuple[str, list[str], str, list[str]]:
    assert point is not None
    return point.country, point.zones, point.zone_source, point.jurisdictions


@pytest.mark.parametrize(
    ("phone", "country", "zones"),
    [
        ("+8613800990001", "CN", ["Asia/Shanghai"]),
        ("+12125550123", "US", ["America/New_York"]),
        ("+447400123456", "GB", ["Europe/London"]),
    ],
)
def test_a_list_and_a_text_make_the_same_of_a_number(
    tmp_path: Path, phone: str, country: str, zones: list[str]
) -> None:
    cast.the_lender(jurisdictions=["CN"])
    listed = tmp_path / "list.csv"
    listed.write_text(f"phone\n{phone}\n", encoding="utf-8")
    call_command("import_do_not_contact", str(listed))
    by_list = told(ContactPoint.objects.get())
    ContactPoint.objects.update(phone="+8613800999999")  # as if that one had never come

    assert told(contacts.point_for(phone)) == by_list
    assert (by_list[0], set(zones) <= set(by_list[1])) == (country, True)
    assert set(by_list[3]) == {
        country,
        "CN",
    }  # the lender's own place binds as it does in an import


def test_a_number_of_no_country_is_kept_under_the_lenders_clock_and_rules() -> None:
    cast.the_lender(jurisdictions=["CN"])
    phone = "+870773111632"  # a satellite telephone
    assert places.country_of(phone) is None
    assert told(contacts.point_for(phone)) == ("", ["Asia/Shanghai"], "derived", ["CN"])


def test_what_is_on_file_stays_as_it_is() -> None:
    cast.the_lender(jurisdictions=["CN"])
    known = cast.a_number("+8613800990001", zones=("Europe/London",))
    assert contacts.point_for("+86 138 0099 0001") == known
    contacts.keep([known.phone])
    assert ContactPoint.objects.get().zones == ["Europe/London"]


def test_what_is_no_number_has_no_contact_point() -> None:
    cast.the_lender()
    for text in ("", "95000", "STOP", "+86", "+861"):
        assert contacts.point_for(text) is None
    assert not ContactPoint.objects.exists()


def test_before_there_is_a_lender_a_number_can_be_held_too() -> None:
    point = contacts.point_for("+8613800990001")
    assert point is not None
    assert holds.place("opt_out", contact_point=point, source="inbound").contact_point == point
