"""A member of staff is let in by a link that works once."""

import json
from io import StringIO
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client

from collections_site import staff
from collections_site.audit.models import Event

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
