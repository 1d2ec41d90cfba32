"""Sending: what the pages say, who may press what, and every number the count of its list."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from borrowers.models import Hold
from borrowers.services import assignments
from collections_site.lib import clock
from messaging.models import Attempt, Decision, Reminder, Run, SendingStop
from messaging.providers.base import Accepted, Rejected, Unknown
from messaging.services import planning, stops
from tests import cast
from tests.sendings import sent
from tests.visits import body, signed_in

pytestmark = pytest.mark.django_db


def a_mixed_day() -> Run:
    """Seven candidates: four sent with four outcomes, one held for good, one waiting, one too late."""
    cast.the_house()
    for _ in range(4):
        cast.a_loan()
    held = cast.a_loan()
    Hold.objects.create(
        kind="dispute",
        borrower=held.borrower,
        source="test",
        from_at=clock.now() - timedelta(days=1),
    )
    (run,) = planning.plan()
    _, delivered, *_rest = sent(
        [Accepted("G-a"), Accepted("G-b"), Rejected("4005"), Unknown("timeout")]
    )
    Attempt.objects.filter(pk=delivered.pk).update(delivery="delivered")
    Run.objects.filter(pk=run.pk).update(candidates=7)
    waits, late = cast.a_loan(), cast.a_loan()
    for loan, code, state in (
        (waits, "balance_stale", "scheduled"),
        (late, "quiet_hours", "expired"),
    ):
        why: dict[str, object] = {"code": code, "values": {}, "rule": "", "until": None}
        cast.a_reminder(loan, run=run, answer="wait", state=state, reasons=[why])
    return run


LINK = re.compile(r'href="(/dispatch/reminders/\?[^"]*)"[^>]*>(?:<[^>]*>)*\s*([\d,]+)')
LISTED = re.compile(r'href="(/dispatch/reminders/\?[^"]*)">[^<]+</a> ([\d,]+)')


def counts_behind_links(client: Client, page: str) -> list[tuple[str, int, int]]:
    """Every list address on a page, the number beside it, and how many rows the list has."""
    text = body(client, page)
    found = []
    for address, number in LINK.findall(text) + LISTED.findall(text):
        address = address.replace("&amp;", "&")
        rows = client.get(address).context["page"].paginator.count
        found.append((address, int(number.replace(",", "")), rows))
    return found


@pytest.mark.parametrize("page", ["/dispatch/", "/", "run"])
def test_every_number_is_a_link_to_a_list_of_as_many(page: str) -> None:
    run = a_mixed_day()
    client = signed_in()

    found = counts_behind_links(client, f"/dispatch/runs/{run.pk}/" if page == "run" else page)

    assert len(found) >= 8
    assert [(address, number) for address, number, rows in found if number != rows] == []
    assert {number for _, number, _ in found} >= {1, 4}


def test_a_run_adds_up_to_its_candidates() -> None:
    run = a_mixed_day()

    text = body(signed_in(), f"/dispatch/runs/{run.pk}/")

    assert "Adds up" in text
    assert "Each of the 7 candidates has exactly one state." in text


def test_a_run_that_does_not_add_up_says_so() -> None:
    run = a_mixed_day()
    Run.objects.filter(pk=run.pk).update(candidates=8)

    assert "Does not add up" in body(signed_in(), f"/dispatch/runs/{run.pk}/")


def test_a_collector_counts_their_own_people_only_and_finds_no_others() -> None:
    run = a_mixed_day()
    collector = cast.a_user()
    mine, other = Attempt.objects.order_by("reminder")[:2]
    assert mine.borrower
    assignments.assign([mine.borrower], collector, by=None)
    client = signed_in(user=collector)

    page = client.get("/dispatch/reminders/")
    assert page.context["page"].paginator.count == 1
    assert client.get("/dispatch/").context["counts"].planned == 1
    assert "in your care" in body(client, f"/dispatch/runs/{run.pk}/")
    assert body(client, f"/messages/{mine.pk}/")
    assert client.get(f"/messages/{other.pk}/").status_code == 404
    theirs = Decision.objects.filter(reminder_id=other.reminder_id).first()
    assert theirs
    assert client.get(f"/evidence/decisions/{theirs.pk}/").status_code == 404


def test_the_administrator_sees_counts_and_no_people() -> None:
    a_mixed_day()
    attempt = Attempt.objects.first()
    assert attempt
    assert attempt.borrower
    assert attempt.reminder.text
    client = signed_in("administrator")

    listed = body(client, "/dispatch/reminders/")
    message = body(client, f"/messages/{attempt.pk}/")

    assert attempt.borrower.borrower_ref not in listed + message
    assert attempt.reminder.text not in message


def test_refreshing_brings_the_figures_and_never_the_button() -> None:
    cast.the_house()
    client = signed_in()

    whole = body(client, "/dispatch/")
    part = client.get("/dispatch/", headers={"hx-request": "true"}).content.decode()

    assert 'href="/dispatch/stop/"' in whole
    assert "/dispatch/stop/" not in part
    assert "<html" not in part
    assert "every 5s" not in body(client, "/dispatch/?updates=off")


def test_the_page_costs_as_many_queries_for_many_runs_as_for_few(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    a_mixed_day()
    client = signed_in()
    client.get("/dispatch/")
    for _ in range(6):
        cast.a_reminder()

    with django_assert_max_num_queries(34):
        client.get("/dispatch/")
    with django_assert_max_num_queries(16):
        client.get("/dispatch/reminders/")


def test_stopping_takes_two_presses_and_shows_who_and_what_was_on_its_way() -> None:
    a_mixed_day()
    client = signed_in(user=cast.a_user("limin", first_name="Min", last_name="Li"))

    asked = body(client, "/dispatch/stop/")
    response = client.post(
        "/dispatch/stop/", {"scope": "all", "reason": "complaints", "note": "a wave"}, follow=True
    )

    assert "A supervisor proposes" not in asked
    text = response.content.decode()
    assert response.redirect_chain == [("/dispatch/resume/", 302)]
    assert "Min Li" in text
    assert "Complaints are coming in" in text
    assert "a wave" in text
    assert SendingStop.objects.get().scope == "all"


def test_a_stop_without_a_reason_is_asked_again_and_nothing_stops() -> None:
    cast.the_house()

    response = signed_in().post("/dispatch/stop/", {"scope": "provider", "reason": "other"})

    assert response.status_code == 422
    assert "Choose which one to stop" in response.content.decode()
    assert stops.live() == []


def test_one_run_can_be_stopped_alone() -> None:
    run = a_mixed_day()
    client = signed_in()
    assert f'value="{run.pk}" selected' in body(client, f"/dispatch/stop/?scope=run&run={run.pk}")

    client.post("/dispatch/stop/", {"scope": "run", "run": run.pk, "reason": "wrong_people"})

    assert (SendingStop.objects.get().scope, SendingStop.objects.get().target) == (
        "run",
        str(run.pk),
    )
    shown = {one.run.pk: one.stopped for one in client.get("/dispatch/").context["runs"]}
    assert shown.pop(run.pk)
    assert not any(shown.values())


def test_going_on_takes_a_checklist_and_two_people() -> None:
    cast.the_house()
    stop = stops.stop("all", reason="provider", by=cast.a_user())
    supervisor, reviewer = signed_in("supervisor"), signed_in("compliance")
    propose, approve = (
        f"/dispatch/resume/{stop.pk}/propose/",
        f"/dispatch/resume/{stop.pk}/approve/",
    )

    assert supervisor.post(propose, {"checked": ["cause"]}).status_code == 422
    assert supervisor.post(approve).status_code == 403
    assert reviewer.post(propose).status_code == 403
    refused = reviewer.post(approve, follow=True)
    assert "A supervisor proposes to resume first." in refused.content.decode()
    supervisor.post(propose, {"checked": ["cause", "people", "waiting"]})
    assert "Approve, let sending go on" not in body(supervisor, "/dispatch/resume/")
    assert "Approve, let sending go on" in body(reviewer, "/dispatch/resume/")
    reviewer.post(approve)

    assert stops.live() == []
    assert "Nothing is stopped." in body(supervisor, "/dispatch/resume/")


def test_a_message_is_shown_as_it_was_sent_however_the_wording_changed_since() -> None:
    cast.the_house()
    cast.a_loan()
    planning.plan()
    (attempt,) = sent()
    words = attempt.reminder.text
    assert words
    template = attempt.reminder.template
    template.wordings.update(live=False)
    cast.an_approved_wording(template, text="((name))，请留意((amount))。拒收请回复R")

    text = body(signed_in(), f"/messages/{attempt.pk}/")

    assert words in text
    assert str(attempt.provider_id) in text
    assert "Why sent" in text


def test_a_decision_names_each_rule_its_source_and_whose_it_is() -> None:
    cast.the_house()
    loan = cast.a_loan()
    planning.plan()
    sent()
    cast.a_loan(loan.borrower, due_on=cast.TODAY)
    planning.plan()
    reminder = Reminder.objects.get(touch="due+0")
    decision = Decision.objects.filter(reminder_id=reminder.pk).first()
    assert decision

    text = body(signed_in("auditor"), f"/evidence/decisions/{decision.pk}/")

    assert "Already reminded today (limit 1 a day)" in text
    assert "HOUSE-CAP-01" in text
    assert "House policy" in text
    assert "The facts as they were" in text
    assert "to this person" in text


def test_an_unknown_text_is_shown_until_it_is_settled() -> None:
    a_mixed_day()
    client = signed_in()

    assert client.get("/").context["unsettled"].unknown == 1
    assert 'data-testid="unsettled"' in body(client, "/")
    Attempt.objects.filter(state="unknown").update(state="accepted", provider_id="G-u")
    assert 'data-testid="unsettled"' not in body(client, "/")


def test_a_list_asked_for_nonsense_says_what_is_wrong() -> None:
    cast.the_house()
    client = signed_in()

    response = client.get("/dispatch/reminders/?state=lost&run=minus")

    assert response.status_code == 422
    assert response.context["page"].paginator.count == 0
