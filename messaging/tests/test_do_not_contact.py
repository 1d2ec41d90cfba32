"""Whoever is on a do-not-contact list is not texted, also who comes to live on a listed number later."""

from pathlib import Path

import pytest
from django.core.management import call_command

from borrowers.models import Borrower, BorrowerNumber, ContactPoint
from collections_site.lib import clock
from messaging.services import verdicts
from tests import cast

pytestmark = pytest.mark.django_db


def person(number: ContactPoint) -> Borrower:
    return cast.a_loan(cast.a_borrower(number=number)).borrower


def test_who_is_listed_is_never_reminded_and_others_are(tmp_path: Path) -> None:
    cast.the_house()
    listed = person(cast.a_number("+8613800990001"))
    named = person(cast.a_number("+8613800990002"))
    other = person(cast.a_number("+8613800990004"))
    numbers, refs = tmp_path / "numbers.csv", tmp_path / "refs.csv"
    numbers.write_text("phone\n13800990001\n13800990003\n", encoding="utf-8")
    refs.write_text(f"borrower_ref\n{named.borrower_ref}\n", encoding="utf-8")

    for path in (numbers, refs):
        call_command("import_do_not_contact", str(path))

    later = person(ContactPoint.objects.get(phone="+8613800990003"))
    moved = person(cast.a_number("+8613800990005"))
    BorrowerNumber.objects.filter(borrower=moved).update(till_at=clock.now())
    BorrowerNumber.objects.create(
        borrower=moved,
        contact_point=ContactPoint.objects.get(phone="+8613800990001"),
        from_at=clock.now(),
    )
    answers = {
        one: verdicts.verdict(one).decision.answer for one in (listed, named, other, later, moved)
    }
    assert answers == {
        listed: "never",
        named: "never",
        other: "now",
        later: "never",
        moved: "never",
    }
