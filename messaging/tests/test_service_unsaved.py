"""What was typed and not saved is there again, for the person who typed it."""

from datetime import timedelta

import pytest

from collections_site import site_clock
from messaging.models import UnsavedWording
from messaging.services import unsaved
from tests import cast

pytestmark = pytest.mark.django_db


def test_what_was_typed_last_is_there_again() -> None:
    user, template = cast.a_user(), cast.a_template()
    cast.at_noon()
    unsaved.keep(user, template, None, {"text": "((sal", "reason": ""})
    site_clock.set_to(cast.NOON + timedelta(seconds=5))

    unsaved.keep(user, template, None, {"text": "((salutation))", "reason": "kinder"})

    row = unsaved.kept(user, template, None)
    assert row is not None
    assert row.fields == {"text": "((salutation))", "reason": "kinder"}
    assert row.at >= cast.NOON + timedelta(seconds=5)
    assert UnsavedWording.objects.count() == 1


def test_each_form_has_its_own_and_so_has_each_person() -> None:
    user, other, template = cast.a_user(), cast.a_user(), cast.a_template()
    wording = cast.a_wording(template, author=user)
    unsaved.keep(user, template, None, {"text": "new"})
    unsaved.keep(user, template, wording, {"text": "draft"})

    found = [unsaved.kept(user, template, one) for one in (None, wording)]

    assert [row.fields["text"] for row in found if row] == ["new", "draft"]
    assert unsaved.kept(other, template, None) is None
    assert unsaved.kept(user, cast.a_template("T-002"), None) is None


def test_what_is_forgotten_is_gone_and_the_rest_stays() -> None:
    user, template = cast.a_user(), cast.a_template()
    wording = cast.a_wording(template, author=user)
    for one in (None, wording):
        unsaved.keep(user, template, one, {"text": "words"})

    unsaved.forget(user, template, None)
    unsaved.forget(user, template, None)

    assert unsaved.kept(user, template, None) is None
    assert unsaved.kept(user, template, wording) is not None


def test_a_field_of_any_length_is_kept_in_part() -> None:
    user, template = cast.a_user(), cast.a_template()

    unsaved.keep(user, template, None, {"text": "催" * 100_000})

    row = unsaved.kept(user, template, None)
    assert row is not None
    assert row.fields["text"] == "催" * unsaved.LONGEST
