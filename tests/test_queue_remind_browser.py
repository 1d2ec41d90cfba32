"""Reminding a frozen list in a real browser: looked at, sent, cancelled; in every look."""

from datetime import timedelta

from playwright.sync_api import Browser, Page, expect

from borrowers.models import Loan
from borrowers.services import holds
from messaging.models import Reminder
from tests import cast
from tests.live_site import LOOKS, a_page, accessible
from tests.visits import signed_in


def people() -> list[Loan]:
    """Two who may be reminded, in different words, and one who may not."""
    loans = [
        cast.a_loan(
            cast.a_borrower(full_name=name),
            due_on=cast.TODAY - timedelta(days=days),
            amount=f"{days + 1}00.00",
        )
        for name, days in (("王小明", 3), ("欧阳国强", 0), ("李静", 9))
    ]
    holds.place("complaint", borrower=loans[2].borrower, source="inbound")
    return loans


def preview(page: Page) -> None:
    """Everybody of the queue, frozen, on the page that shows what they would get."""
    page.goto("/queue/")
    page.locator("button[name=choose][value=all]").click()
    page.get_by_test_id("remind").click()
    expect(page.locator("main")).to_contain_text("2")


def test_a_list_is_looked_at_sent_and_taken_back(site: str, browser: Browser) -> None:
    people()
    page = a_page(browser, site, signed_in("supervisor"))
    preview(page)
    expect(page.get_by_test_id("sum")).to_have_text("2 messages · 2 parts · CNY\u00a00.09")
    page.get_by_text("Complaint open · 1").click()
    expect(page.get_by_test_id("withheld")).to_contain_text("李*")
    page.get_by_test_id("send").click()

    expect(page.locator("main")).to_contain_text("2 messages are scheduled.")
    assert Reminder.objects.filter(state="scheduled").count() == 2
    page.get_by_test_id("cancel-list").locator("button").click()
    expect(page.locator("main")).to_contain_text("2 messages were not sent.")
    assert set(Reminder.objects.values_list("state", flat=True)) == {"cancelled"}


def test_the_pages_are_accessible_in_both_languages_themes_and_sizes(
    site: str, browser: Browser
) -> None:
    loans = people()
    client = signed_in("supervisor")
    for locale, theme, width in LOOKS:
        page = a_page(browser, site, client, locale=locale, theme=theme, width=width)

        preview(page)
        page.locator("main details").first.click()
        accessible(page)
        Loan.objects.filter(pk=loans[0].pk).update(version=loans[0].version + 1)
        loans[0].refresh_from_db()
        page.get_by_test_id("send").click()
        expect(page.get_by_test_id("changed")).to_be_visible()
        accessible(page)
        page.locator("main a.btn-primary").click()
        accessible(page)
        page.get_by_test_id("cancel-list").locator("button").click()
        expect(page.get_by_test_id("cancel-list")).to_have_count(0)
        page.context.close()
