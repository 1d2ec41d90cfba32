"""A payment that was posted, and the lender's files that know of it, do not know of it yet, or no longer do."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from borrowers.models import Loan, Repayment
from borrowers.services import tokens
from borrowers.tests.portfolio import BOOK, FIRST, NEXT, take, told
from collections_site import site_clock
from collections_site.api.tests.posting import a_payment, post
from collections_site.lib import clock
from tests import cast
from tests.visits import body, signed_in

pytestmark = pytest.mark.django_db
GONE = "no longer in the lender's file"


def owed() -> Decimal:
    return Loan.objects.get(loan_ref="L1").overdue_amount


def page() -> str:
    return body(signed_in("supervisor"), "/borrowers/B1/?show=money")


@pytest.fixture
def paid(tmp_path: Path) -> None:
    """The book is on file; at noon the day after its second export somebody pays."""
    cast.the_house()
    cast.at_noon()
    take(tmp_path / "first", as_of=FIRST)
    payment = a_payment(Loan.objects.get(loan_ref="L1"), repayment_ref="R2", amount="60.00")
    assert post(tokens.add("core"), payment).status_code == 201


@pytest.mark.usefixtures("paid")
def test_a_full_file_exported_before_a_payment_does_not_flag_it(tmp_path: Path) -> None:
    summary = take(tmp_path / "second", as_of=NEXT)
    assert told(summary, "repayments") == (0, 0, 1, 0, 0)
    assert Repayment.objects.get(repayment_ref="R2").absent_since is None
    assert owed() == Decimal("40.00")
    assert GONE not in page()


@pytest.mark.usefixtures("paid")
def test_a_payment_that_a_later_file_does_not_name_still_counts_and_is_flagged(
    tmp_path: Path,
) -> None:
    site_clock.set_to(clock.now() + timedelta(days=1))
    summary = take(tmp_path / "second", as_of=clock.now())
    assert told(summary, "repayments") == (0, 0, 1, 1, 0)
    assert Repayment.objects.get(repayment_ref="R2").absent_since is not None
    assert owed() == Decimal("40.00")
    assert page().count(GONE) == 1
    assert "it still counts" in page()
    named = [*BOOK["repayments"], "R2,L1,2026-11-24,60.00"]
    take(tmp_path / "third", as_of=clock.now() + timedelta(seconds=1), repayments=named)
    assert GONE not in page()
