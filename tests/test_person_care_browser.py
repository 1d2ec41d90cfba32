"""A person's page in a real browser: whose number, what was agreed to, in whose care, and what a reviewer declines."""

from playwright.sync_api import Browser, Page, expect

from borrowers.models import Borrower, Hold
from borrowers.services import holds
from tests import cast
from tests.live_site import a_page, accessible
from tests.visits import signed_in


def a_person() -> Borrower:
    """Nine days late on one loan and due soon on another, at a number that rules allow to text."""
    person = cast.a_borrower("C-10021")
    cast.a_loan(person, due_on=cast.TODAY.replace(day=15), amount="3260.00")
    return person


def test_a_number_is_verified_and_then_given_to_who_lives_there(
    site: str, browser: Browser
) -> None:
    person = a_person()
    cast.a_loan(cast.a_borrower("C-10022", number=person.numbers.get().contact_point))
    page = a_page(browser, site, signed_in("supervisor"), width=390)
    page.goto("/borrowers/C-10021/")
    page.get_by_role("link", name="Theirs, verified today").click()
    page.get_by_test_id("save").click()
    expect(page.locator("main")).to_contain_text("verified 2026-11-24")
    expect(page.get_by_role("link", name="Theirs, verified today")).to_have_count(0)

    page.get_by_role("link", name="Not their number").click()
    expect(page.locator("#effect")).to_contain_text("Other people live on it")
    accessible(page)
    page.get_by_test_id("save").click()

    expect(page.get_by_test_id("verdict")).to_contain_text("Not to be reminded")
    page.goto("/borrowers/C-10022/")
    expect(page.get_by_test_id("verdict")).to_contain_text("May be reminded now")


def withdraw(page: Page) -> None:
    page.get_by_role("link", name="Record consent or its withdrawal").last.click()
    page.get_by_test_id("save").click()
    expect(page.locator(".invalid-feedback").first).to_contain_text("Choose one")
    accessible(page)
    page.get_by_label("consent withdrawn").check()
    page.locator("[name=text]").fill("On the phone: no more texts")
    page.get_by_test_id("save").click()


def test_a_withdrawal_stops_reminders_at_once(site: str, browser: Browser) -> None:
    a_person()
    page = a_page(browser, site, signed_in("supervisor"))
    page.goto("/borrowers/C-10021/")
    expect(page.get_by_test_id("verdict")).to_contain_text("May be reminded now")
    withdraw(page)
    expect(page.get_by_test_id("verdict")).to_contain_text("withdrawn")
    expect(page.get_by_test_id("remind")).to_have_count(0)
    expect(page.get_by_test_id("consents").locator("li").first).to_contain_text(
        "On the phone: no more texts"
    )
    accessible(page)


def test_a_supervisor_gives_a_person_to_a_collector_and_takes_them_back(
    site: str, browser: Browser
) -> None:
    a_person()
    collector = cast.a_user(first_name="Min", last_name="Li")
    page = a_page(browser, site, signed_in("supervisor"))
    theirs = a_page(browser, site, signed_in(user=collector))
    page.goto("/borrowers/C-10021/")
    page.get_by_text("Assign to a collector").click()
    page.get_by_label("Assign to").select_option(label="Min Li")
    page.get_by_test_id("assign").click()
    expect(page.get_by_test_id("care")).to_contain_text("Min Li")
    theirs.goto("/borrowers/C-10021/")
    expect(theirs.get_by_test_id("care")).to_contain_text("Min Li")
    expect(theirs.get_by_test_id("assign")).to_have_count(0)

    page.get_by_text("Assign to somebody else").click()
    accessible(page)
    page.get_by_test_id("nobody").click()

    expect(page.get_by_test_id("care")).to_contain_text("Nobody")
    assert not Borrower.objects.visible_to(collector).exists()


def test_a_reviewer_declines_and_the_supervisor_reads_why(site: str, browser: Browser) -> None:
    person = a_person()
    loan = person.loans.get()
    hold = holds.place("dispute", loan=loan, source="staff")
    holds.propose_lift(hold, by=cast.a_user(role="supervisor"))
    reviewer = a_page(browser, site, signed_in("compliance"), theme="dark", width=390)
    reviewer.goto("/borrowers/C-10021/")
    reviewer.get_by_role("link", name="Decide on lifting").click()
    reviewer.get_by_test_id("decline").click()
    expect(reviewer.locator(".invalid-feedback")).to_contain_text("Write a few words")
    accessible(reviewer)
    reviewer.locator("[name=reason]").fill("The contract is not on file yet")
    reviewer.get_by_test_id("decline").click()

    page = a_page(browser, site, signed_in("supervisor"))
    page.goto("/borrowers/C-10021/")
    expect(page.get_by_test_id("holds")).to_contain_text("The contract is not on file yet")
    expect(page.get_by_role("link", name="Propose to lift")).to_be_visible()
    assert Hold.objects.get().lifted_at is None
