"""Authors hear what became of their wordings, reviewers what was said before, both what ends soon."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User

from collections_site.lib import clock
from messaging.models import Wording
from messaging.services import wording_library, wording_notices, wordings
from messaging.services.wording_library import Wanted
from messaging.states import WordingState
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def house() -> None:
    cast.at_noon()
    cast.the_lender()


def rejected(author: User, **fields: Any) -> Wording:
    row = cast.a_wording(author=author, state=WordingState.SUBMITTED, **fields)
    reviewer = cast.a_user(role="compliance")
    return wordings.reject(row, by=reviewer, reason="tone", comment="Softer, and shorter.")


def test_an_author_sees_what_was_sent_back_and_what_waits_and_nothing_of_others() -> None:
    author = cast.a_user()
    back = rejected(author)
    waiting = cast.a_wording(author=author, state=WordingState.SUBMITTED, language="en")
    rejected(cast.a_user(), jurisdictions=["US"])
    cast.a_wording(author=author, jurisdictions=["HK"])

    found = wording_notices.own(author)

    assert (found.rejected, found.waiting) == ([back], [waiting])


def test_a_rejection_stands_until_its_text_is_written_anew() -> None:
    author = cast.a_user()
    back = rejected(author)
    elsewhere = cast.a_wording(author=author, jurisdictions=["US"])

    before = wording_notices.own(author)
    cast.a_wording(author=author)
    after = wording_notices.own(author)

    assert before.rejected == [back]
    assert not after
    assert elsewhere.version == back.version + 1


def test_who_wrote_nothing_has_nothing_to_hear() -> None:
    assert not wording_notices.own(cast.a_user())


def test_the_library_shows_what_was_sent_back_until_it_is_written_anew() -> None:
    author = cast.a_user()
    back = rejected(author)

    def listed() -> list[Wording]:
        return [line.wording for line in wording_library.library(Wanted())[0].lines]

    before = listed()
    new = cast.a_wording(author=author)

    assert before == [back]
    assert listed() == [new]


def test_a_reviewer_is_told_of_the_last_rejection_on_the_way_to_this_version() -> None:
    author = cast.a_user()
    rejected(author)
    second = rejected(author)
    cast.a_wording(author=author, language="en")
    row = cast.a_wording(author=author, state=WordingState.SUBMITTED)

    assert wording_notices.rejected_before(row) == second


def test_an_approval_since_then_ends_the_matter() -> None:
    rejected(cast.a_user())
    cast.an_approved_wording()
    row = cast.a_wording(state=WordingState.SUBMITTED)

    assert wording_notices.rejected_before(row) is None


@pytest.mark.parametrize(("days", "told"), [(15, False), (14, True), (1, True), (-1, False)])
def test_an_approval_is_named_in_its_last_fourteen_days(days: int, told: bool) -> None:
    at = clock.now().replace(microsecond=0)
    row = cast.an_approved_wording(expires_at=at + timedelta(days=20))

    assert wording_notices.ending(at + timedelta(days=20 - days)) == ([row] if told else [])


def test_only_what_is_live_ends() -> None:
    ends = clock.now().replace(microsecond=0) + timedelta(days=3)
    cast.a_wording(state=WordingState.SUBMITTED, expires_at=ends)

    assert wording_notices.ending(clock.now()) == []
