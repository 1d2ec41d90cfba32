"""Today: what each role is shown first, and what is true while little or nothing is set up."""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from borrowers.models import ImportBatch
from borrowers.services import assignments
from collections_site.lib import clock
from messaging.models import Reply, WebhookEvent
from messaging.services import planning, stops, wordings
from messaging.states import WordingState
from tests import cast
from tests.sendings import sent
from tests.visits import body, signed_in

pytestmark = pytest.mark.django_db
ROLES = ["collector", "supervisor", "compliance", "auditor", "administrator"]


def a_reply(loan_of: object = None, **fields: object) -> Reply:
    """Somebody wrote back; nobody has looked."""
    borrower = cast.a_borrower()
    event = WebhookEvent.objects.create(
        provider_code="gateway",
        key=f"inbound:{next(cast.numbers)}",
        kind="inbound",
        payload={},
        received_at=clock.now(),
    )
    number = borrower.numbers.get().contact_point
    return Reply.objects.create(
        event=event,
        provider_code="gateway",
        phone=number.phone,
        contact_point=number,
        borrower=borrower,
        text="周一发工资先还1000可以吗",
        intent="promise",
        at=clock.now(),
    )


@pytest.mark.parametrize("role", ROLES)
def test_every_role_has_a_first_page_in_an_empty_house(role: str) -> None:
    assert "<h1>Today</h1>" in body(signed_in(role), "/")


@pytest.mark.parametrize("role", ROLES)
def test_and_in_a_furnished_one(role: str) -> None:
    cast.the_house()
    cast.a_loan()
    planning.plan()
    sent()
    a_reply()

    assert "<h1>Today</h1>" in body(signed_in(role), "/")


def test_blocks_follow_the_role() -> None:
    cast.the_house()
    blocks = {role: set(signed_in(role).get("/").context.keys()) for role in ROLES}

    assert {role for role in ROLES if "wordings" in blocks[role]} == {"compliance"}
    assert {role for role in ROLES if "people" in blocks[role]} == {"collector"}
    assert {role for role in ROLES if "promised" in blocks[role]} == {"collector", "supervisor"}
    assert {role for role in ROLES if "replies" in blocks[role]} == set(ROLES) - {"administrator"}
    assert {role for role in ROLES if "sealed" in blocks[role]} == {"compliance", "auditor"}
    assert {role for role in ROLES if "clusters" in blocks[role]} == {"administrator"}


def test_a_reviewer_is_shown_what_others_wrote_and_not_their_own() -> None:
    cast.the_house()
    reviewer = cast.a_user(role="compliance")
    cast.a_wording(cast.a_template(), state=WordingState.SUBMITTED)
    cast.a_wording(cast.a_template(), state=WordingState.SUBMITTED, author=reviewer)

    assert signed_in(user=reviewer).get("/").context["wordings"].count == 1


def test_a_collector_is_shown_the_replies_of_their_people() -> None:
    cast.the_house()
    mine, _other = a_reply(), a_reply()
    collector = cast.a_user()
    assert mine.borrower
    assignments.assign([mine.borrower], collector, by=None)

    client = signed_in(user=collector)

    context = client.get("/").context
    assert (context["replies"].count, context["people"]) == (1, 1)
    assert client.get("/inbox/").context["page"].paginator.count == 1
    assert signed_in("supervisor").get("/").context["replies"].count == 2


def test_it_says_who_stopped_sending_and_whose_turn_it_is() -> None:
    cast.the_house()
    stop = stops.stop("all", reason="other", by=cast.a_user("he"))
    supervisor, reviewer = signed_in("supervisor"), signed_in("compliance")

    assert "Sending is stopped, by he" in body(supervisor, "/")
    assert "Propose to go on" in body(supervisor, "/")
    assert "waits for your approval" not in body(reviewer, "/")
    stops.propose_resume(stop, by=cast.a_user(role="supervisor"))
    assert "waits for your approval" in body(reviewer, "/")


def test_old_balances_are_said_to_be_old() -> None:
    cast.the_house()
    as_of = clock.now() - timedelta(hours=40)
    ImportBatch.objects.create(digest="0" * 64, data_as_of=as_of, at=clock.now())

    assert "Balances are 40 hours old" in body(signed_in(), "/")


def test_days_are_those_of_the_lender_and_of_the_sites_clock() -> None:
    cast.the_house()
    loan = cast.a_loan()
    planning.plan()

    counts = signed_in().get("/").context["today"].counts
    assert (counts.planned, counts.scheduled) == (1, 1)
    assert loan.reminders.get().step_on == cast.TODAY


def test_it_costs_as_many_queries_for_many_reminders_as_for_few(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    cast.the_house()
    for _ in range(8):
        cast.a_loan()
    planning.plan()
    sent()
    client = signed_in("compliance")
    client.get("/")

    with django_assert_max_num_queries(37):
        client.get("/")


def test_an_author_reads_on_today_why_a_wording_came_back() -> None:
    cast.the_house()
    author = cast.a_user()
    row = cast.a_wording(author=author, state=WordingState.SUBMITTED)
    reviewer = cast.a_user(role="compliance")
    wordings.reject(row, by=reviewer, reason="tone", comment="Softer, and shorter.")

    mine = body(signed_in(user=author), "/")
    other = body(signed_in("collector"), "/")

    assert "Tone: presses, threatens or shames: Softer, and shorter." in mine
    assert f"/templates/{row.template.code}/new/?from={row.version}" in mine
    assert "Softer, and shorter." not in other


@pytest.mark.parametrize(
    ("role", "told"), [("compliance", True), ("supervisor", True), ("collector", False)]
)
def test_an_approval_about_to_end_is_on_today_of_those_who_can_do_something(
    role: str, told: bool
) -> None:
    cast.the_house()
    ends = clock.now().replace(microsecond=0) + timedelta(days=3)
    cast.an_approved_wording(cast.a_template("T-900"), expires_at=ends)

    page = body(signed_in(role), "/")

    assert ("Approvals that end within 14 days" in page) is told
    assert ("T-900 v1" in page) is told
