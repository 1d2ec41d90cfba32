"""What a reviewer is shown first, and what was said and paid before."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.template.loader import render_to_string

from collections_site.lib import clock
from messaging.services import wordings
from messaging.services.wording_results import Results
from tests import cast
from tests.visits import body, signed_in

pytestmark = pytest.mark.django_db


def test_what_a_version_costs_more_a_day_is_said() -> None:
    strategy = cast.the_house()
    template = strategy.steps.get(offset=-3).template
    cast.a_loan()
    longer = cast.ZH + "，" + "多谢" * 20
    row = cast.a_wording(template, text=longer, state="submitted")

    page = body(signed_in("compliance"), f"/templates/{template.code}/v{row.version}/review/")

    assert "(+CNY\u00a00.05)" in page


def test_the_longest_text_is_seen_first() -> None:
    strategy = cast.the_house()
    template = strategy.steps.get(offset=-3).template
    for name in ("李娜", "欧阳建国", "王芳"):
        cast.a_loan(cast.a_borrower(full_name=name))
    row = cast.a_wording(template, text=cast.ZH + "，多谢", state="submitted")

    page = body(signed_in("compliance"), f"/templates/{template.code}/v{row.version}/review/")

    assert 'id="person-longest" open' in page
    assert page.count(" open>") == 1


def test_a_reviewer_reads_why_the_version_before_was_rejected() -> None:
    cast.the_house()
    first = cast.a_wording(cast.a_template("T-900"), state="submitted")
    reviewer = cast.a_user(role="compliance")
    wordings.reject(first, by=reviewer, reason="length", comment="One part is enough.")
    cast.a_wording(cast.a_template("T-900"), text=cast.ZH + "，多谢", state="submitted")

    page = body(signed_in("compliance"), "/templates/T-900/v2/review/")

    assert "v1 was rejected by" in page
    assert "Length: longer than it needs to be: One part is enough." in page
    assert "/templates/T-900/compare/v1...v2/" in page


def test_the_queue_warns_of_approvals_that_end_soon() -> None:
    cast.the_house()
    ends = clock.now().replace(microsecond=0) + timedelta(days=3)
    cast.an_approved_wording(cast.a_template("T-900"), expires_at=ends)

    page = body(signed_in("compliance"), "/templates/review/")

    assert "Approvals that end within 14 days" in page
    assert "T-900 v1" in page


def test_texts_paid_in_two_currencies_are_counted_in_both() -> None:
    results = Results(
        sent=40, delivered=38, cost=Decimal(1), currency="CNY", elsewhere={"USD": Decimal(9)}
    )

    shown = render_to_string("messaging/wording_results.html", {"r": results})

    assert "CNY\u00a01.00 + USD\u00a09.00" in shown
