"""One person after the other in a real browser: keys, the way back, the list of keys, copying."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from borrowers.models import Loan
from borrowers.services import assignments
from collections_site.reporting.views import queue, walk
from tests import cast
from tests.live_site import LOOKS, Handler, a_page, accessible
from tests.visits import signed_in


def late(days: int) -> Loan:
    return cast.a_loan(due_on=cast.TODAY - timedelta(days=days))


def on(page: Page, loan: Loan, position: str) -> None:
    """The page of this person, wholly there, and where they stand."""
    page.wait_for_url(re.compile(f"/borrowers/{loan.borrower.borrower_ref}/"))
    expect(page.get_by_test_id("position")).to_have_text(position)


def test_people_with_keys_only_and_back_to_where_one_was(
    site: str, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "PAGE", 2)
    monkeypatch.setattr(walk, "PAGE", 2)
    loans = [late(60 - n) for n in range(5)]
    page = a_page(browser, site, signed_in("supervisor"))
    page.goto("/queue/?page=2")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    on(page, loans[2], "3 of 5")
    page.keyboard.press("]")
    on(page, loans[3], "4 of 5")
    page.keyboard.press("[")
    on(page, loans[2], "3 of 5")

    page.keyboard.press("n")
    page.fill("textarea", "Pays on Fridays. ][ mpu")  # typing goes nowhere
    page.get_by_test_id("save").click()
    on(page, loans[2], "3 of 5")
    page.keyboard.press("p")
    page.wait_for_url(re.compile("/promise/"))
    page.go_back()
    on(page, loans[2], "3 of 5")
    page.keyboard.press("m")
    page.wait_for_url(re.compile("/remind/"))
    page.go_back()

    page.keyboard.press("u")
    expect(page).to_have_url(f"{site}/queue/?page=2#b-{loans[2].borrower_id}")
    expect(page.locator(f"#b-{loans[2].borrower_id}")).to_be_focused()
    assert "王芳" not in "".join(Handler.lines)
    assert "13800" not in "".join(Handler.lines)


def test_after_g_a_letter_goes_to_a_page_and_not_to_an_act(site: str, browser: Browser) -> None:
    loan = late(9)
    page = a_page(browser, site, signed_in("supervisor"))
    page.goto(f"/borrowers/{loan.borrower.borrower_ref}/")

    page.keyboard.press("g")
    page.keyboard.press("b")
    expect(page).to_have_url(f"{site}/borrowers/")

    page.goto(f"/borrowers/{loan.borrower.borrower_ref}/")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("p")  # nothing happens behind the list of keys
    expect(page.locator("#keys")).to_contain_text("record a promise")
    accessible(page)
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    assert page.url.endswith(f"/borrowers/{loan.borrower.borrower_ref}/")


def test_keys_switched_off_do_nothing_and_the_links_stay(site: str, browser: Browser) -> None:
    loans = [late(9), late(8)]
    page = a_page(browser, site, signed_in("supervisor"))
    page.context.add_cookies([{"name": "shortcuts", "value": "off", "url": site}])
    page.goto("/queue/")
    page.get_by_test_id("start").click()
    on(page, loans[0], "1 of 2")
    for key in "?]npu":
        page.keyboard.press(key)
    on(page, loans[0], "1 of 2")
    expect(page.locator("#keys")).to_have_count(0)
    page.locator("#walk-next").click()
    on(page, loans[1], "2 of 2")


def test_the_customer_number_is_copied(site: str, browser: Browser) -> None:
    loan = late(9)
    page = a_page(browser, site, signed_in("supervisor"))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"/borrowers/{loan.borrower.borrower_ref}/")

    page.locator("[data-copy]").click()

    expect(page.locator("#live")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == loan.borrower.borrower_ref


def test_the_way_is_accessible_in_both_languages_themes_and_sizes(
    site: str, browser: Browser
) -> None:
    loans = [late(9), late(8), late(7)]
    collector = cast.a_user()
    assignments.assign([one.borrower for one in loans], collector, by=None)
    client = signed_in(user=collector)
    for locale, theme, width in LOOKS:
        page = a_page(browser, site, client, locale=locale, theme=theme, width=width)
        page.goto("/queue/")
        page.get_by_test_id("start").click()
        page.locator("#walk-next").click()
        accessible(page)
        page.goto("/borrowers/")
        accessible(page)
        page.context.close()
