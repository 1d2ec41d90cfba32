"""A person's page in a real browser: what is recorded there, what follows, and who sees what."""

from datetime import timedelta

from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from borrowers.models import Borrower, Hold, Promise
from borrowers.services import acts, assignments, holds, promises
from borrowers.views.acts import ACTS
from collections_site.audit.models import Event
from messaging.models import Reminder
from messaging.states import ReminderState
from tests import cast
from tests.live_site import LOOKS, Handler, a_page, accessible
from tests.visits import signed_in

PHONE, WHOLE, MASKED = "+8613800130421", "138 0013 0421", "138****0421"
NAME = "欧阳芳菲"


def a_person() -> Borrower:
    """Nine days late, at a number that rules allow to text."""
    person = cast.a_borrower("C-10021", number=cast.a_number(PHONE), full_name=NAME)
    cast.a_loan(person, due_on=cast.TODAY - timedelta(days=9), amount="3260.00")
    return person


def at(page: Page, person: Borrower, act: str = "") -> None:
    page.goto(f"/borrowers/{person.borrower_ref}/{act + '/' if act else ''}")


def in_days(days: int) -> str:
    return (cast.TODAY + timedelta(days=days)).isoformat()


def test_a_promise_holds_reminders_until_two_days_after_its_day(
    site: str, browser: Browser
) -> None:
    person, collector = a_person(), cast.a_user()
    assignments.assign([person], collector, by=None)
    page = a_page(browser, site, signed_in(user=collector))
    at(page, person)
    expect(page.get_by_test_id("verdict")).to_contain_text("May be reminded now")

    page.get_by_role("link", name="Record a promise").click()
    page.fill("[name=amount]", "1,000.00")
    page.fill("[name=due_on]", in_days(6))
    page.get_by_test_id("save").click()

    expect(page.get_by_test_id("holds")).to_contain_text(f"until {in_days(8)} 23:59")
    expect(page.get_by_test_id("promises")).to_contain_text(f"by {in_days(6)}")
    expect(page.get_by_test_id("verdict")).to_contain_text("They promised to pay")
    expect(page.locator(".timeline")).to_contain_text(f"1,000.00 to be paid by {in_days(6)}")
    assert Promise.objects.get().hold.placed_by == collector


def test_a_complaint_is_lifted_by_a_supervisor_and_a_reviewer(site: str, browser: Browser) -> None:
    person = a_person()
    supervisor = a_page(browser, site, signed_in("supervisor"))
    reviewer = a_page(browser, site, signed_in("compliance"))
    at(supervisor, person)
    supervisor.get_by_text("More").click()
    supervisor.get_by_role("link", name="Record a complaint").click()
    supervisor.fill("[name=text]", "Called at six in the morning")
    supervisor.get_by_test_id("save").click()
    expect(supervisor.get_by_test_id("verdict")).to_contain_text("Not to be reminded")
    expect(supervisor.get_by_test_id("remind")).to_have_count(0)

    supervisor.get_by_role("link", name="Propose to lift").click()
    supervisor.get_by_test_id("lift").click()
    expect(supervisor.get_by_test_id("holds")).to_contain_text("a reviewer decides")
    expect(supervisor.get_by_test_id("verdict")).to_contain_text("Not to be reminded")

    at(reviewer, person)
    reviewer.get_by_role("link", name="Decide on lifting").click()
    expect(reviewer.locator("main")).to_contain_text("Called at six in the morning")
    reviewer.get_by_test_id("lift").click()
    expect(reviewer.get_by_test_id("verdict")).to_contain_text("May be reminded now")
    assert Hold.objects.get().lifted_at is not None


def test_a_wrong_number_gets_no_more_texts(site: str, browser: Browser) -> None:
    person = a_person()
    page = a_page(browser, site, signed_in("supervisor"), width=390)
    at(page, person)
    page.get_by_text("More").click()
    page.get_by_role("link", name="Wrong number").click()
    expect(page.locator("main")).to_contain_text(MASKED)
    page.get_by_test_id("save").click()
    expect(page.get_by_test_id("verdict")).to_contain_text("Not to be reminded")
    expect(page.get_by_test_id("holds")).to_contain_text("Wrong number")


def test_calls_are_logged_one_leads_to_its_promise_and_one_to_a_warning(
    site: str, browser: Browser
) -> None:
    person = a_person()
    page = a_page(browser, site, signed_in("supervisor"))
    at(page, person)
    page.get_by_role("link", name="Log a call").click()
    page.get_by_test_id("save").click()
    expect(page.locator(".invalid-feedback")).to_contain_text("Choose one")
    page.get_by_label("They promised to pay").check()
    page.fill("[name=text]", "Payday is Monday")
    page.get_by_test_id("save").click()
    expect(page).to_have_url(f"{site}/borrowers/C-10021/promise/")

    at(page, person, "call")
    page.get_by_label("They asked not to be called").check()
    page.get_by_test_id("save").click()

    expect(page.get_by_test_id("no-more-calls")).to_be_visible()
    page.get_by_role("link", name="Calls", exact=True).click()
    expect(page.locator(".timeline li")).to_have_count(2)
    expect(page.locator(".timeline")).to_contain_text("Payday is Monday")
    expect(page.get_by_test_id("verdict")).to_contain_text("May be reminded now")


def test_a_whole_name_and_number_show_for_half_a_minute_and_leave_no_trace_but_the_log(
    site: str, browser: Browser
) -> None:
    person = a_person()
    page = a_page(browser, site, signed_in("supervisor"))
    page.clock.install()
    at(page, person)
    assert NAME not in page.content()
    assert WHOLE not in page.content()

    page.get_by_role("button", name="Show name").click()
    expect(page.get_by_test_id("revealed")).to_contain_text(NAME)
    page.get_by_role("button", name=f"Show {MASKED}").click()
    expect(page.get_by_test_id("revealed")).to_contain_text(WHOLE)
    assert NAME not in page.content()
    assert page.evaluate("document.activeElement !== document.body")
    page.clock.run_for(31_000)

    expect(page.get_by_test_id("revealed")).to_have_count(0)
    assert WHOLE not in page.content()
    assert page.url == f"{site}/borrowers/C-10021/"
    assert not any("0421" in line or "%E6" in line for line in Handler.lines)
    said = [event.after["what"] for event in Event.objects.filter(verb="person.revealed")]
    assert sorted(said) == ["name", "phone"]
    page.reload()
    page.get_by_role("link", name="Looks").click()
    expect(page.locator(".timeline")).to_contain_text("Whole number looked at")


def test_without_script_the_whole_number_has_a_page_of_its_own(site: str, browser: Browser) -> None:
    person = a_person()
    page = plain(browser, site, signed_in("supervisor"))
    at(page, person)
    page.get_by_role("button", name=f"Show {MASKED}").click()
    expect(page.get_by_test_id("revealed")).to_contain_text(WHOLE)
    page.get_by_role("link", name="Hide").click()
    expect(page).to_have_url(f"{site}/borrowers/C-10021/")
    assert WHOLE not in page.content()


def plain(browser: Browser, site: str, client: Client) -> Page:
    """A page of somebody who is signed in, in a browser that runs no script."""
    context = browser.new_context(base_url=site, locale="en-US", java_script_enabled=False)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site}])
    return context.new_page()


def test_one_reminder_is_sent_in_a_click_and_taken_back_in_another(
    site: str, browser: Browser
) -> None:
    person = a_person()
    page = a_page(browser, site, signed_in("supervisor"))
    at(page, person)
    page.get_by_test_id("remind").click()
    expect(page.locator(".bubble")).to_contain_text("3,260.00")
    page.get_by_test_id("send").click()
    expect(page.get_by_test_id("one-off")).to_be_visible()
    assert Reminder.objects.get().state == ReminderState.SCHEDULED

    page.get_by_test_id("cancel").click()

    expect(page.locator("main")).to_contain_text("Nothing was sent.")
    expect(page.get_by_test_id("remind")).to_be_visible()
    assert Reminder.objects.get().state == ReminderState.CANCELLED


def furnished(person: Borrower) -> list[str]:
    """A person to whom everything happened, and somebody untouched; the pages to look at."""
    supervisor, other = cast.a_user(role="supervisor"), cast.a_loan().borrower
    promises.record(
        person,
        cast.a_loan(person, amount="12045.20").next_due_amount,
        cast.TODAY + timedelta(days=3),
        currency="CNY",
        includes_next=True,
        by=supervisor,
    )
    for n, outcome in enumerate(["reached", "no_answer", "wrong_person", "no_more_calls"]):
        when = cast.NOON - timedelta(days=n, hours=1)
        cast.a_call(person, at=when, by=supervisor, outcome=outcome, text="After work " * n)
    acts.note(person, "Prefers evenings, Chinese", by=supervisor)
    complaint = holds.place("complaint", borrower=person, source="staff", by=supervisor)
    pause = holds.place("pause", borrower=person, source="staff", by=supervisor)
    asked = holds.propose_lift(
        holds.place("dispute", borrower=person, source="staff"), by=supervisor
    )
    steps = [(pause, "lift"), (complaint, "propose"), (asked, "approve")]
    base = f"/borrowers/{person.borrower_ref}/"
    return [
        base,
        *(f"{base}{name}/" for name in ACTS),
        *(f"{base}holds/{hold.pk}/{step}/" for hold, step in steps[:2]),
        f"{base}care/",
        f"{base}remind/",
        f"/borrowers/{other.borrower_ref}/",
        f"/borrowers/{other.borrower_ref}/remind/",
    ]


def test_the_pages_are_accessible_in_both_languages_themes_and_sizes(
    site: str, browser: Browser
) -> None:
    person = a_person()
    pages, client = furnished(person), signed_in("supervisor")
    for locale, theme, width in LOOKS:
        page = a_page(browser, site, client, locale=locale, theme=theme, width=width)
        for address in pages:
            page.goto(address)
            accessible(page)
        at(page, person, "promise")
        page.get_by_test_id("save").click()
        expect(page.locator(".invalid-feedback").first).to_be_visible()
        accessible(page)
        at(page, person)
        page.locator("#reveal-name").click()
        expect(page.get_by_test_id("revealed")).to_be_visible()
        accessible(page)
        page.context.close()
