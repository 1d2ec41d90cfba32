"""Words and rules learn: what was written before they did is looked at again."""

import pytest

from messaging.models import Wording
from messaging.services import wording_recheck, wordings
from messaging.services.wordings import Blocked
from messaging.states import WordingState
from tests import cast
from tests.visits import body, signed_in

pytestmark = pytest.mark.django_db
HARSH = "((salutation))，本期((amount))将于((due_date))到期，不还就起诉你全家。已还请忽略。客服((contact))，拒收请回复R"


def test_what_the_checks_of_today_block_is_not_approved_though_it_was_submitted() -> None:
    before = cast.an_approved_wording()
    row = cast.a_wording(text=HARSH, state=WordingState.SUBMITTED)
    with pytest.raises(Blocked, match="起诉"):
        wordings.approve(row, by=cast.a_user(role="compliance"))
    row.refresh_from_db()
    before.refresh_from_db()
    assert (row.state, row.live, before.live) == (WordingState.SUBMITTED, False, True)
    wordings.reject(row, by=cast.a_user(role="compliance"), reason="tone", comment="Kinder")


def test_the_page_of_the_decision_says_what_blocks_it() -> None:
    row = cast.a_wording(text=HARSH, state=WordingState.SUBMITTED)
    said = {"decision": "approve", "fingerprint": row.fingerprint, "kind": "on", "private": "on"}
    answer = signed_in("compliance").post("/templates/T-001/v1/decide/", said)
    assert "This cannot be approved" in answer.content.decode()
    assert Wording.objects.get().state == WordingState.SUBMITTED


def test_live_texts_that_would_not_be_approved_any_more_are_listed_with_the_reason() -> None:
    cast.the_lender()
    cast.an_approved_wording(cast.a_template("T-001"))
    assert wording_recheck.outgrown() == []
    assert "not to be approved any more" not in body(signed_in("compliance"), "/templates/review/")
    grown = cast.an_approved_wording(cast.a_template("T-002"), text=HARSH)
    cast.a_wording(cast.a_template("T-003"), text=HARSH)

    (one,) = wording_recheck.outgrown()
    assert one.wording == grown
    assert any("起诉" in block.text for block in one.blocks)
    page = body(signed_in("compliance"), "/templates/review/")
    assert "not to be approved any more" in page
    assert "T-002" in page
    assert "T-003" not in page
    grown.refresh_from_db()
    assert grown.live  # a list alone takes nothing down
