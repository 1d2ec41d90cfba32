"""What a carrier says of a wording: recorded by some, asked for at the gate, never outliving its text."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import translation

from borrowers.models import Hold
from collections_site.audit.models import Event
from collections_site.lib import clock
from collections_site.lib.decision import NotAllowed
from collections_site.lib.steps import OutOfStep
from messaging import locks
from messaging.models import Attempt, Provider, Registration, Reminder, Wording
from messaging.policies import reasons
from messaging.services import gate, planning, registrations, verdicts, wordings
from tests import cast

pytestmark = pytest.mark.django_db


def recorded(wording: Wording, by: User | None = None, **fields: Any) -> Registration:
    said = {"state": "accepted", "template_code": "G-1", "checked_on": cast.TODAY, **fields}
    provider = Provider.objects.get(code=said.pop("provider", "gateway"))
    return registrations.record(wording, provider, by=by or cast.a_user(role="supervisor"), **said)


@pytest.fixture
def asking() -> Wording:
    """A house whose gateway asks for registration; the live text of three days before the due date."""
    cast.the_house()
    Provider.objects.filter(code="gateway").update(requires_registration=True)
    return Wording.objects.get(template__code="T-047", live=True)


@pytest.mark.parametrize("role", ["collector", "auditor", "administrator"])
def test_only_supervisors_and_reviewers_record(asking: Wording, role: str) -> None:
    with pytest.raises(NotAllowed):
        recorded(asking, cast.a_user(role=role))
    assert not Registration.objects.exists()
    recorded(asking, cast.a_user(role="compliance"))


@pytest.mark.parametrize(
    "fields",
    [{"template_code": " "}, {"state": "refused", "reason": " "}, {"state": "lost"}],
)
def test_a_registration_without_its_code_or_its_refusal_is_not_recorded(
    asking: Wording, fields: dict[str, Any]
) -> None:
    with pytest.raises(NotAllowed):
        recorded(asking, **fields)
    assert not Registration.objects.exists()


def test_a_later_look_replaces_the_earlier_and_both_are_in_the_log(asking: Wording) -> None:
    recorded(asking, state="waiting", template_code="")
    recorded(asking, reference="R-7", checked_on=cast.TODAY + timedelta(days=1))

    row = Registration.objects.get()
    assert (row.state, row.template_code, row.reference) == ("accepted", "G-1", "R-7")
    first, second = Event.objects.filter(verb="wording.registered").order_by("pk")
    assert not first.before
    assert (second.before["state"], second.after["state"]) == ("waiting", "accepted")
    assert second.after["fingerprint"] == asking.fingerprint


@pytest.mark.parametrize("state", ["draft", "rejected", "retired"])
def test_what_may_still_change_or_has_ended_is_not_registered(asking: Wording, state: str) -> None:
    row = asking
    if state == "retired":
        wordings.retire(row, by=cast.a_user(role="supervisor"))
    else:
        row = cast.a_wording(state="draft" if state == "draft" else "submitted")
    if state == "rejected":
        wordings.reject(row, by=cast.a_user(role="compliance"), reason="tone", comment="Kinder")
    with pytest.raises(OutOfStep):
        recorded(row)


def test_a_withdrawn_text_loses_what_the_carrier_said_of_it(asking: Wording) -> None:
    """Its words may change now; the carrier accepted others."""
    author = cast.a_user()
    row = cast.a_wording(author=author, state="submitted")
    recorded(row)

    wordings.withdraw(row, by=author)

    assert not Registration.objects.exists()
    event = Event.objects.get(verb="wording.withdrawn")
    assert [one["template_code"] for one in event.before["registrations"]] == ["G-1"]


def test_recording_waits_for_the_gates_that_are_open(
    asking: Wording, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[str] = []
    monkeypatch.setattr(locks, "sending_exclusive", lambda: taken.append("exclusive"))
    recorded(asking)
    assert taken == ["exclusive"]


def test_missing_names_the_carriers_that_would_carry_it_and_have_not_accepted_it(
    asking: Wording,
) -> None:
    abroad = cast.an_approved_wording(language="en", jurisdictions=["GB"], signature="Spruce: ")
    anywhere = cast.an_approved_wording(cast.a_template("T-010", "reply"), jurisdictions=[])

    assert [one.code for one in registrations.missing(asking)] == ["gateway"]
    assert registrations.missing(abroad) == []
    assert [one.code for one in registrations.missing(anywhere)] == ["gateway"]
    recorded(asking, state="refused", reason="too long")
    assert [one.code for one in registrations.missing(asking)] == ["gateway"]
    recorded(asking)
    assert registrations.missing(asking) == []


def test_the_planner_withholds_what_the_carrier_has_not_accepted(asking: Wording) -> None:
    cast.a_loan()
    planning.plan()

    reminder = Reminder.objects.get()
    assert (reminder.state, [one["code"] for one in reminder.reasons]) == (
        "withheld",
        ["not_registered"],
    )
    assert reminder.reasons[0]["values"] == {"provider": "gateway"}


def test_an_accepted_text_goes_through_policy_and_wall(asking: Wording) -> None:
    recorded(asking)
    cast.a_loan()
    planning.plan()

    batch = gate.open_for(cast.the_senders()["gateway"], 10)

    assert (batch.counts["submitted"], batch.counts["refused_by_wall"]) == (1, 0)
    assert Attempt.objects.get().reminder.wording == asking


def test_a_refusal_between_planning_and_sending_withholds_at_the_gate(asking: Wording) -> None:
    recorded(asking)
    cast.a_loan()
    planning.plan()
    recorded(asking, state="refused", reason="withdrawn by the carrier")

    batch = gate.open_for(cast.the_senders()["gateway"], 10)

    assert (batch.outgoing, batch.counts["withheld"]) == ([], 1)
    assert Reminder.objects.get().reasons[0]["code"] == "not_registered"


def test_a_carrier_that_does_not_ask_carries_it_as_before(asking: Wording) -> None:
    Provider.objects.update(requires_registration=False)
    cast.a_loan()
    planning.plan()
    assert gate.open_for(cast.the_senders()["gateway"], 10).counts["submitted"] == 1


def test_a_confirmation_without_registration_is_withheld_and_keeps_nothing_else_back(
    asking: Wording,
) -> None:
    """No wall is reached, so the reminders of the same batch go out."""
    recorded(asking)
    cast.a_loan()
    planning.plan()
    words = cast.an_approved_wording(
        cast.a_template("T-010", "opt_out_acknowledged"), text="已退订。客服((contact))"
    )
    number = cast.a_number()
    Reminder.objects.create(
        kind="acknowledgement",
        template=words.template,
        contact_point=number,
        hold=Hold.objects.create(
            kind="opt_out", source="inbound", from_at=clock.now(), contact_point=number
        ),
        due_at=clock.now() - timedelta(seconds=1),
        expires_at=clock.now() + timedelta(minutes=5),
        created_at=clock.now(),
    )

    batch = gate.open_for(cast.the_senders()["gateway"], 10)

    assert (batch.counts["submitted"], batch.counts["refused_by_wall"]) == (1, 0)
    left = Reminder.objects.get(kind="acknowledgement")
    assert (left.state, left.reasons[0]["code"]) == ("withheld", "not_registered")


def test_whoever_asks_about_a_person_is_told_in_both_languages(asking: Wording) -> None:
    borrower = cast.a_loan().borrower
    verdict = verdicts.verdict(borrower)

    assert "not_registered" in str(verdict)
    values = {"provider": "gateway"}
    assert reasons.sentence("not_registered", values, "en") == (
        "gateway has not accepted this wording yet"
    )
    with translation.override("zh-hans"):
        assert reasons.sentence("not_registered", values, "zh-hans") == (
            "gateway 尚未接受这份文案的报备"
        )
