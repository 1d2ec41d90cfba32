"""Decisions on wordings beside each other and beside the gate, each in a transaction of its own."""

import threading

import pytest

from collections_site.audit.models import Event
from collections_site.lib.steps import OutOfStep
from messaging.models import Attempt, Reminder, Sender, Strategy, Wording
from messaging.services import gate, planning, strategies, wordings
from messaging.states import WordingState
from tests import cast
from tests.threads import together

PEOPLE, BATCH = 80, 2


def test_once_a_wording_is_retired_no_text_leaves_with_it(own_database: str) -> None:
    """Two gates send while it is retired: what is sent when the retirement is committed is all there is."""
    cast.the_house()
    for _ in range(PEOPLE):
        cast.a_loan()
    planning.plan()
    row = Wording.objects.get(template__code="T-047", live=True)
    supervisor = cast.a_user(role="supervisor")
    under_way = threading.Event()

    def send() -> None:
        while gate.open_for(Sender.objects.get(provider="gateway"), BATCH).looked_at:
            under_way.set()

    def retire() -> int:
        assert under_way.wait(timeout=120)
        wordings.retire(row, by=supervisor)
        return Attempt.objects.count()

    *_, sent = answers = together(send, send, retire)

    assert not [one for one in answers if isinstance(one, Exception)]
    assert Attempt.objects.count() == sent
    states = list(Reminder.objects.values_list("state", flat=True))
    assert (states.count("submitted"), states.count("withheld")) == (sent, PEOPLE - sent)
    held = Reminder.objects.filter(state="withheld")
    assert {one.reasons[0]["code"] for one in held} == {"no_wording"}
    assert isinstance(sent, int)
    assert 0 < sent < PEOPLE


def test_of_two_reviewers_at_once_one_decides_and_the_other_is_told(own_database: str) -> None:
    cast.at_noon()
    row = cast.a_wording(state=WordingState.SUBMITTED)
    reviewers = [cast.a_user(role="compliance") for _ in range(4)]
    works = [
        *(lambda who=who: wordings.approve(row, by=who) for who in reviewers[:2]),
        *(
            lambda who=who: wordings.reject(row, by=who, reason="tone", comment="Kinder")
            for who in reviewers[2:]
        ),
    ]

    answers = together(*works)

    assert sorted(type(one).__name__ for one in answers) == ["OutOfStep"] * 3 + ["Wording"]
    row.refresh_from_db()
    (decided,) = [one for one in answers if isinstance(one, Wording)]
    assert (row.state, row.reviewer_id) == (decided.state, decided.reviewer_id)
    assert reviewers[answers.index(decided)].pk == row.reviewer_id
    assert Event.objects.filter(verb__in=["wording.approved", "wording.rejected"]).count() == 1


def test_of_two_versions_approved_at_once_one_is_live(own_database: str) -> None:
    cast.at_noon()
    before = cast.an_approved_wording()
    rows = [cast.a_wording(state=WordingState.SUBMITTED) for _ in range(2)]
    reviewers = [cast.a_user(role="compliance") for _ in range(2)]

    answers = together(
        *(
            lambda row=row, who=who: wordings.approve(row, by=who)
            for row, who in zip(rows, reviewers, strict=True)
        )
    )

    assert [type(one) for one in answers] == [Wording, Wording]
    live = Wording.objects.filter(live=True)
    assert live.count() == 1
    assert live.get() in rows
    before.refresh_from_db()
    assert (before.state, before.live) == (WordingState.APPROVED, False)


@pytest.mark.parametrize("act", ["withdraw", "approve"])
def test_an_author_and_a_reviewer_at_once_do_no_harm(own_database: str, act: str) -> None:
    """Taken back or approved, whichever comes first; never both, and the words are those that were read."""
    cast.at_noon()
    row = cast.a_wording(state=WordingState.SUBMITTED)
    reviewer = cast.a_user(role="compliance")
    works = [
        lambda: wordings.withdraw(row, by=row.author),
        lambda: wordings.approve(row, by=reviewer),
    ]

    answers = together(*(works if act == "withdraw" else reversed(works)))

    assert sum(isinstance(one, OutOfStep) for one in answers) == 1
    row.refresh_from_db()
    assert (row.state, row.live) in [(WordingState.DRAFT, False), (WordingState.APPROVED, True)]


def test_of_two_first_versions_of_a_ladder_approved_at_once_one_is_live(own_database: str) -> None:
    cast.at_noon()
    author = cast.a_user(role="supervisor")
    steps = [(-3, cast.a_template())]
    ladders = [
        strategies.draft("S-09", name_en="Ladder", name_zh="阶梯", steps=steps, by=author)
        for _ in range(2)
    ]
    for one in ladders:
        strategies.submit(one, by=author)
    reviewers = [cast.a_user(role="compliance") for _ in ladders]

    answers = together(
        *(
            lambda one=one, who=who: strategies.approve(one, by=who)
            for one, who in zip(ladders, reviewers, strict=True)
        )
    )

    assert answers == [None, None]
    assert Strategy.objects.filter(code="S-09", state="approved").count() == 2
    assert Strategy.objects.filter(code="S-09", live=True).count() == 1
