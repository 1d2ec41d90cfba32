"""Roll rates, overtaken texts and the description of the API in a real browser."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Thread
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as site_settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, Page, expect, sync_playwright

from borrowers.models import LoanChange
from borrowers.services import tokens
from messaging.services import planning
from tests import cast
from tests.sendings import sent
from tests.test_end_to_end import CHROMIUM, complain
from tests.visits import signed_in

Theme = Literal["light", "dark"]
LOOKS: list[tuple[str, Theme, int]] = [
    ("en-US", "light", 1280),
    ("zh-CN", "dark", 1280),
    ("zh-CN", "light", 390),
    ("en-US", "dark", 320),
]
PAGES = [
    "/outcomes/roll-rates/?month=2026-11",
    "/outcomes/roll-rates/loans/?month=2026-11&from=1&to=2",
]
PAGES += ["/dispatch/escaped/", "/api/"]


class Quiet(WSGIRequestHandler):
    """Requests are not worth a line each in a test's report."""

    def log_message(self, format: str, *args: object) -> None:
        return


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
    server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
    server.set_app(StaticFilesHandler(get_wsgi_application()))
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()
    connections.close_all()


def a_page(
    browser: Browser, site: str, session: str, locale: str, theme: Theme, width: int
) -> Page:
    context = browser.new_context(
        base_url=site, locale=locale, color_scheme=theme, viewport={"width": width, "height": 800}
    )
    context.add_cookies(
        [
            {"name": site_settings.SESSION_COOKIE_NAME, "value": session, "url": site},
            {"name": "theme", "value": theme, "url": site},
        ]
    )
    page = context.new_page()
    page.on("console", lambda message: complain(message.type, message.text))
    return page


def test_the_pages_are_accessible_in_both_languages_themes_and_sizes(
    site: str, tmp_path: Path
) -> None:
    session = signed_in("supervisor").cookies[site_settings.SESSION_COOKIE_NAME].value
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        for locale, theme, width in LOOKS:
            page = a_page(browser, site, session, locale, theme, width)
            for n, address in enumerate(PAGES):
                page.goto(address)
                expect(page.locator("h1")).to_be_visible()
                page.screenshot(path=tmp_path / f"{n}-{locale}-{theme}-{width}.png", full_page=True)
                broken = Axe().run(page).response["violations"]
                assert [(one["id"], one["nodes"][0]["html"][:90]) for one in broken] == [], address
                wide = page.evaluate("document.documentElement.scrollWidth")
                assert wide <= width, (address, locale, width)
        page = a_page(browser, site, session, "en-US", "light", 1280)
        page.goto(PAGES[0])
        page.get_by_role("link", name="worse").first.click()
        expect(page.get_by_test_id("count")).to_contain_text("30 loans")
        browser.close()
