"""Roll rates, overtaken texts and the description of the API in a real browser."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from django.test import Client
from playwright.sync_api import Browser, expect

from borrowers.models import LoanChange
from borrowers.services import tokens
from messaging.services import planning
from tests import cast
from tests.live_site import LOOKS, Theme, a_page, accessible, serving
from tests.sendings import sent
from tests.visits import signed_in

SMALL: tuple[str, Theme, int] = ("en-US", "dark", 320)
PAGES = [
    "/outcomes/roll-rates/?month=2026-11",
    "/outcomes/roll-rates/loans/?month=2026-11&from=1&to=2",
]
PAGES += ["/dispatch/escaped/", "/api/"]


def a_book_with_a_past() -> None:
    """Loans that rolled, were paid or stayed in November, and a text that a payment overtook."""
    cast.the_house()
    for n in range(40):
        late = cast.a_loan(due_on=date(2026, 12, 1))
        for version, at in ((1, datetime(2026, 10, 20, tzinfo=UTC)), (2, cast.NOON)):
            since = date(2026, 10, 20) if version == 1 or n % 4 else None
            LoanChange.objects.create(
                loan_id=late.pk,
                version=version,
                status="active",
                overdue_since=since,
                overdue_amount=100 if since else 0,
                next_due_on=date(2026, 12, 1),
                next_due_amount=100,
                cause="import",
                at=at.replace(hour=1),
            )
    loan = cast.a_loan()
    planning.plan()
    sent([None])
    body = {
        "repayment_ref": "R-1",
        "loan_ref": loan.loan_ref,
        "paid_on": "2026-11-24",
        "amount": "100.00",
        "currency": "CNY",
    }
    key = {"Authorization": f"Bearer {tokens.add('core')}"}
    Client().post("/api/repayments", json.dumps(body), content_type="application/json", headers=key)


@pytest.fixture
def site(own_database: str) -> Iterator[str]:
    """The address of a site over a book with a past."""
    a_book_with_a_past()
    with serving() as address:
        yield address


def test_the_pages_are_accessible_in_both_languages_themes_and_sizes(
    site: str, browser: Browser
) -> None:
    client = signed_in("supervisor")
    for locale, theme, width in [*LOOKS, SMALL]:
        page = a_page(browser, site, client, locale=locale, theme=theme, width=width)
        for address in PAGES:
            page.goto(address)
            expect(page.locator("h1")).to_be_visible()
            accessible(page)
    page = a_page(browser, site, client)
    page.goto(PAGES[0])
    page.get_by_role("link", name="worse").first.click()
    expect(page.get_by_test_id("count")).to_contain_text("30 loans")
