"""A ladder is written by one person and approved by another; one version is live."""

import pytest
from django.db import DatabaseError, transaction

from collections_site.audit.models import Event
from collections_site.lib import clock
from collections_site.lib.decision import NotAllowed
from collections_site.lib.steps import OutOfStep
from messaging.models import Strategy
from messaging.services import strategies
from tests import cast

pytestmark = pytest.mark.django_db


def a_draft(**fields: object) -> Strategy:
    """A draft ladder of one step, by a supervisor who is returned as its author."""
    steps = [(-3, cast.a_template("T-001", "before_due"))]
    values = {"name_en": "Ladder", "name_zh": "阶梯", "steps": steps, **fields}
    if "by" not in values:
        values["by"] = cast.a_user(role="supervisor")
    return strategies.draft("S-07", **values)  # type: ignore[arg-type]


def verbs() -> list[str]:
    wanted = Event.objects.filter(verb__startswith="strategy.").order_by("pk")
    return list(wanted.values_list("verb", flat=True))


def test_approval_by_another_person_makes_it_live_and_its_predecessor_not() -> None:
    first, second = a_draft(), a_draft()
    reviewer = cast.a_user(role="compliance")
    for ladder in (first, second):
        strategies.submit(ladder, by=ladder.author)
        strategies.approve(ladder, by=reviewer)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.version, first.state, first.live) == (1, "approved", False)
    assert (second.version, second.state, second.live) == (2, "approved", True)
    assert verbs()[-2:] == ["strategy.submitted", "strategy.approved"]


def test_its_author_may_not_approve_it_even_as_a_reviewer() -> None:
    author = cast.a_user(role="supervisor")
    author.groups.add(*cast.a_user(role="compliance").groups.all())
    ladder = a_draft(by=author)
    strategies.submit(ladder, by=author)

    with pytest.raises(NotAllowed):
        strategies.approve(ladder, by=author)
    with pytest.raises(DatabaseError), transaction.atomic():
        Strategy.objects.filter(pk=ladder.pk).update(
            state="approved", live=True, reviewer=author, decided_at=clock.now()
        )


@pytest.mark.parametrize("role", ["collector", "supervisor", "auditor", "administrator"])
def test_only_compliance_approves_or_rejects(role: str) -> None:
    ladder = a_draft()
    strategies.submit(ladder, by=ladder.author)

    for decide in (strategies.approve, strategies.reject):
        with pytest.raises(NotAllowed):
            decide(ladder, by=cast.a_user(role=role))


@pytest.mark.parametrize("role", ["collector", "compliance", "auditor", "administrator"])
def test_only_supervisors_write(role: str) -> None:
    with pytest.raises(NotAllowed):
        a_draft(by=cast.a_user(role=role))


def test_a_submitted_ladder_never_changes_but_may_be_taken_back_by_its_author() -> None:
    ladder = a_draft()
    strategies.submit(ladder, by=ladder.author)
    rung = [(0, cast.a_template("T-002", "due_today"))]

    with pytest.raises(OutOfStep):
        strategies.revise(ladder, steps=rung, by=ladder.author)
    with pytest.raises(DatabaseError), transaction.atomic():
        ladder.steps.update(offset=1)
    with pytest.raises(NotAllowed):
        strategies.withdraw(ladder, by=cast.a_user(role="supervisor"))

    strategies.withdraw(ladder, by=ladder.author)
    strategies.revise(ladder, steps=rung, by=ladder.author)
    assert list(ladder.steps.values_list("offset", flat=True)) == [0]


def test_an_unsound_ladder_is_not_submitted() -> None:
    ladder = a_draft(steps=[(3, cast.a_template("T-001", "before_due"))])

    with pytest.raises(NotAllowed):
        strategies.submit(ladder, by=ladder.author)
    ladder.refresh_from_db()
    assert ladder.state == "draft"


def test_what_has_been_decided_is_not_decided_again() -> None:
    ladder, reviewer = a_draft(), cast.a_user(role="compliance")
    strategies.submit(ladder, by=ladder.author)
    strategies.reject(ladder, by=reviewer)

    with pytest.raises(OutOfStep):
        strategies.approve(ladder, by=reviewer)


def test_a_retired_ladder_plans_nothing_more() -> None:
    ladder, reviewer = a_draft(), cast.a_user(role="compliance")
    strategies.submit(ladder, by=ladder.author)
    strategies.approve(ladder, by=reviewer)
    strategies.retire(ladder, by=ladder.author)

    assert not Strategy.objects.filter(live=True, code="S-07").exists()
    with pytest.raises(OutOfStep):
        strategies.approve(ladder, by=reviewer)


def test_whoever_comes_too_late_is_told_where_the_ladder_stands() -> None:
    ladder, reviewer = a_draft(), cast.a_user(role="compliance")
    strategies.submit(ladder, by=ladder.author)
    strategies.reject(ladder, by=reviewer)

    with pytest.raises(OutOfStep, match=r"S-07 v1 has moved on. It is now: Rejected."):
        strategies.approve(ladder, by=reviewer)
    with pytest.raises(OutOfStep, match=r"S-07 v1 has moved on"):
        strategies.submit(ladder, by=ladder.author)


def test_the_row_itself_is_judged_not_the_copy_in_hand() -> None:
    """A stale object that still names another author gets nobody past the rule."""
    author = cast.a_user(role="supervisor")
    author.groups.add(*cast.a_user(role="compliance").groups.all())
    ladder = a_draft(by=author)
    strategies.submit(ladder, by=author)
    ladder.author = cast.a_user(role="supervisor")

    with pytest.raises(NotAllowed):
        strategies.approve(ladder, by=author)
