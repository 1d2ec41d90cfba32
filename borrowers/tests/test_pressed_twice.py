"""A button pressed twice: every act on a person, posted twice as it stands, is done once."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Model

from borrowers.models import Assignment, BorrowerNumber, Call, Consent, Hold, Note, Promise
from borrowers.services import acts, assignments, holds
from borrowers.views.acts import ACTS
from collections_site.audit.models import Event
from collections_site.lib import clock
from tests import cast
from tests.visits import signed_in

pytestmark = pytest.mark.django_db
MADE: list[type[Model]] = [Assignment, Call, Consent, Event, Hold, Note, Promise]
SOON = (cast.TODAY + timedelta(days=5)).isoformat()
EARLIER = "2026-11-24T11:50"  # ten minutes ago
NOW = "2026-11-24T12:00"
WORDS = {"text": "They rang."}
SAID: dict[str, list[dict[str, str]]] = {
    "call": [
        {"number": "number", "at": at, "outcome": outcome, **WORDS}
        for at in (EARLIER, NOW)
        for outcome in ("no_answer", "promised", "wrong_person")
    ],
    "promise": [{"amount": "100", "due_on": SOON}],
    "plan": [{"until": SOON, **WORDS}],
    "pause": [{"until": SOON, **WORDS}],
    "paid": [{}, WORDS],
    "complaint": [WORDS],
    "hardship": [{}, WORDS],
    "wrong-number": [{"number": "number", **WORDS}],
    "verified": [{"number": "number", **WORDS}],
    "consent": [
        {"number": "number", "said": said, "at": at, **WORDS}
        for said in ("given", "withdrawn")
        for at in (EARLIER, NOW)
    ],
    "loan-hold": [{"loan": "loan", "kind": kind, **WORDS} for kind in ("paid", "dispute")],
    "hold": [{"kind": "opt_out", **WORDS}, {"kind": "vulnerable"}],
    "note": [WORDS],
    "care": [{"collector": "collector"}],
}


def test_every_act_on_a_person_is_posted_twice_here() -> None:
    assert SAID.keys() == ACTS.keys() | {"care"}


@pytest.mark.parametrize(
    ("act", "said"), [(act, said) for act, forms in SAID.items() for said in forms]
)
def test_pressed_twice_it_is_done_once(act: str, said: dict[str, str]) -> None:
    cast.the_house()
    loan = cast.a_loan(due_on=cast.TODAY - timedelta(days=43), amount="3260.00")
    keys: dict[str, Any] = {
        "number": BorrowerNumber.objects.get().pk,
        "loan": loan.pk,
        "collector": cast.a_user().pk,
    }
    form = {name: str(keys.get(value, value)) for name, value in said.items()}
    browser = signed_in()
    rows = []

    for _press in range(2):
        answer = browser.post(f"/borrowers/{loan.borrower.borrower_ref}/{act}/", form)
        assert answer.status_code == 302, answer.content.decode()
        rows.append({model.__name__: model._default_manager.count() for model in MADE})

    assert rows[0] == rows[1]
    assert sum(rows[0].values()) > 0


def test_what_is_said_a_minute_later_lasts_from_then() -> None:
    """The rule asks when the hold ends, not who pressed: what lasts longer is never lost."""
    cast.the_house()
    person, by = cast.a_borrower(), cast.a_user()
    first = acts.says_paid(person, text="", by=by)
    assert acts.says_paid(person, text="", by=cast.a_user()) == first

    till = first.till_at
    assert till is not None
    later = holds.place("paid", borrower=person, source="staff", till=till + timedelta(minutes=2))

    assert later.pk != first.pk
    assert later.till_at == till + timedelta(minutes=2)


def test_a_longer_pause_right_after_a_shorter_one_is_kept() -> None:
    cast.the_house()
    person, by = cast.a_borrower(), cast.a_user()
    day = clock.today("Asia/Shanghai")
    short = acts.hold_until("pause", person, day, text="", by=by)
    longer = acts.hold_until("pause", person, day + timedelta(days=1), text="", by=by)
    assert longer.pk != short.pk


def test_returned_to_nobody_twice_is_once() -> None:
    cast.the_house()
    person = cast.a_borrower()
    assignments.assign([person], cast.a_user(), by=None)
    browser = signed_in()
    for _press in range(2):
        browser.post(f"/borrowers/{person.borrower_ref}/care/", {"nobody": "1"})
    assert Event.objects.filter(verb="assignment.ended").count() == 1
