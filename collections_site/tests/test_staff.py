"""A member of staff is let in by a link that works once."""

import json
from io import StringIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from collections_site import staff
from collections_site.audit.models import Event
from collections_site.demo import people
from messaging.models import StaffPhone
from messaging.services import own_phone
from tests import cast

pytestmark = pytest.mark.django_db
PASSWORD = "a long walk by the river"


def test_the_link_lets_them_choose_a_password_once() -> None:
    said = StringIO()
    call_command("add_staff", "zhao", "--role", "supervisor", "--json", stdout=said)
    link = urlsplit(json.loads(said.getvalue())["link"]).path
    user = User.objects.get(username="zhao")
    assert not user.has_usable_password()
    assert user.has_perm("messaging.propose_resume")

    form = Client().get(link, follow=True)
    client = Client()
    page = client.get(link, follow=True)
    chosen = {"new_password1": PASSWORD, "new_password2": PASSWORD}
    client.post(page.request["PATH_INFO"], chosen)

    assert form.status_code == 200
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    assert "new_password1" not in Client().get(link, follow=True).content.decode()


def test_it_is_written_down_who_got_which_role() -> None:
    user = staff.add("zhao", "auditor")

    event = Event.objects.get(verb="staff.added")
    assert (event.subject_id, event.after) == (str(user.pk), {"role": "auditor"})


@pytest.mark.parametrize(
    ("name", "role", "complaint"),
    [
        ("zhao", "boss", "no role 'boss': collector, supervisor"),
        ("ZHOU", "auditor", "'ZHOU' is taken"),
        ("a b", "auditor", "cannot be a name"),
        ("", "auditor", "cannot be a name"),
    ],
)
def test_bad_input_is_refused_in_one_line(name: str, role: str, complaint: str) -> None:
    staff.add("zhou", "compliance")

    with pytest.raises(CommandError, match=complaint):
        call_command("add_staff", name, role=role)


def test_a_phone_is_recorded_with_the_person_or_later() -> None:
    cast.the_lender()
    call_command("add_staff", "zhao", "--role", "supervisor", "--phone", "+8613900000007")
    call_command("add_staff", "zhao", "--phone", "+86 139 0000 0008")

    found = own_phone.phone_of(User.objects.get(username="zhao"))

    assert found is not None
    assert found.contact_point.phone == "+8613900000008"


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"role": "auditor", "phone": "139"}, "no phone number"),
        ({"phone": "+8613900000007"}, "nobody named 'zhao'"),
        ({}, "Say --role"),
    ],
)
def test_a_refused_phone_adds_nobody(options: dict[str, str], complaint: str) -> None:
    cast.the_lender()

    with pytest.raises(CommandError, match=complaint):
        call_command("add_staff", "zhao", **options)
    assert not User.objects.filter(username="zhao").exists()


def test_a_phone_waits_for_the_lender() -> None:
    with pytest.raises(CommandError, match="start_lender"):
        call_command("add_staff", "zhao", "--role", "supervisor", "--phone", "+8613900000007")


def test_the_demonstrations_authors_each_have_a_phone_of_their_own(
    settings: Settings, tmp_path: Path
) -> None:
    settings.VAR_DIR = tmp_path
    cast.the_lender()
    for _ in range(2):
        people.give_phones(people.welcome_all())

    found = StaffPhone.objects.filter(verified_on__isnull=False, contact_point__country="CN")

    assert found.values("contact_point").distinct().count() == found.count() == 5
    writers = {"collector", "supervisor", "compliance"}
    assert set(found.values_list("user__groups__name", flat=True)) == writers
