"""Tabs of the queue and views on Today in a real browser: counted where they stand, fit to read."""

from datetime import timedelta

from playwright.sync_api import Browser, expect

from borrowers.models import BorrowerNumber, Loan
from borrowers.services import saved_views
from tests import cast
from tests.furnished import a_reply
from tests.live_site import LOOKS, a_page, accessible
from tests.visits import signed_in


def late(days: int) -> Loan:
    return cast.a_loan(due_on=cast.TODAY - timedelta(days=days))


def test_a_tab_is_counted_saved_and_pinned_without_leaving_the_list(
    site: str, browser: Browser
) -> None:
    for days in (43, 44, 9):
        late(days).borrower.numbers.update(relation=BorrowerNumber.NOT_OWN)
    a_reply(late(8).borrower)
    page = a_page(browser, site, signed_in("supervisor"))
    page.goto("/queue/")
    expect(page.locator("#tab-number .tag")).to_have_text("3")
    expect(page.locator("#tab-reply .tag")).to_have_text("1")
    page.click("#tab-number")
    expect(page.locator("tbody tr")).to_have_count(3)
    page.select_option("select[name=bucket]", "M2")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("tbody tr")).to_have_count(2)

    page.locator(".save-view summary").click()
    page.fill(".save-view input[name=name]", "M2 to call")
    page.get_by_test_id("save-view").click()
    expect(page.locator("#tabs a[aria-current] .tag")).to_have_text("2")
    page.locator("#tab-pin").click()
    expect(page.locator("#tab-pin")).to_have_text("Unpin from Today")

    page.goto("/")
    link = page.locator("#pinned .link-quiet")
    expect(link).to_have_text("2 M2 to call")
    link.click()
    expect(page.locator("tbody tr")).to_have_count(2)


def test_the_pages_are_accessible_in_both_languages_themes_and_sizes(
    site: str, browser: Browser
) -> None:
    late(43).borrower.numbers.update(relation=BorrowerNumber.NOT_OWN)
    a_reply(late(8).borrower)
    user = cast.a_user(role="supervisor")
    for n, name in enumerate(["M2, nobody reached", "W" * 40]):
        query = f"number=bad&least={n}.5"
        saved_views.save(name, query, shared=bool(n), pinned=True, by=user)
    client = signed_in(user=user)
    addresses = ["/", "/queue/?number=bad", "/queue/?number=bad&least=1.5", "/queue/?bucket=M2"]
    for locale, theme, width in LOOKS:
        page = a_page(browser, site, client, locale=locale, theme=theme, width=width)
        for address in addresses:
            page.goto(address)
            expect(page.locator("#pinned .link-quiet, #tab-number .tag").first).to_contain_text("1")
            if summary := page.locator(".save-view summary").all():
                summary[0].click()
            accessible(page)
        page.context.close()
