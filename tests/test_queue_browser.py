"""The queue in a real browser: frozen bulk, my queue, export, keyboard, filters."""

import csv
import re
from datetime import timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect

from borrowers.models import Assignment, Borrower, BorrowerNumber, Hold, Loan
from borrowers.services import assignments, holds, names
from tests import cast
from tests.live_site import LOOKS, a_page, accessible
from tests.visits import signed_in

NAMES = ["王小明", "曾国强", "李静", "赵敏", "孙丽", "周杰"]


def late(days: int, name: str = "王芳", **fields: Any) -> Loan:
    """A person whose loan is this many days late."""
    pinyin, initials = names.spell(name)
    person = cast.a_borrower(
        fields.pop("ref", ""),
        number=cast.a_number(fields.pop("phone", "")),
        full_name=name,
        name_pinyin=pinyin,
        name_initials=initials,
    )
    due = cast.TODAY - timedelta(days=days)
    return cast.a_loan(person, due_on=due, **fields)


def paid(loan: Loan) -> None:
    """Nothing of the loan is overdue any more."""
    loan.overdue_since, loan.overdue_number, loan.overdue_amount = None, None, Decimal(0)
    loan.version += 1
    loan.save()


def tick(page: Page, loan: Loan) -> None:
    page.check(f"#p-{loan.borrower_id}")


def frozen(page: Page) -> None:
    page.locator("button[name=choose][value=ticked]").click()
    expect(page.get_by_test_id("frozen")).to_be_visible()


def shown(page: Page) -> list[int]:
    """The ids of the people in the rows, in order."""
    boxes = page.locator("input[name=person]")
    return [int(one) for one in boxes.evaluate_all("all => all.map(one => one.value)")]


def test_an_act_reaches_exactly_those_ticked_whatever_happens_meanwhile(
    site: str, browser: Browser
) -> None:
    loans = [late(20 - n, NAMES[n]) for n in range(5)]
    page = a_page(browser, site, signed_in("supervisor"))
    page.goto("/queue/?bucket=M1")
    assert shown(page) == [loan.borrower_id for loan in loans]
    ticked = [loans[1], loans[3]]
    for loan in ticked:
        tick(page, loan)
    # Before the list is frozen one pays; afterwards another does, and somebody else falls late.
    paid(loans[0])
    frozen(page)
    expect(page.locator("h1")).to_have_text("2 people selected")
    paid(ticked[0])
    late(12)

    until = (cast.TODAY + timedelta(days=6)).isoformat()
    page.fill("input[name=until]", until)
    page.get_by_test_id("pause").click()

    expect(page.locator("main")).to_contain_text(f"Reminders to 2 people stop until {until} 23:59.")
    assert page.url == f"{site}/queue/?bucket=M1"
    paused = set(Hold.objects.filter(kind="pause").values_list("borrower", flat=True))
    assert paused == {loan.borrower_id for loan in ticked}


def test_all_listed_means_those_the_page_listed(site: str, browser: Browser) -> None:
    loans = [late(20 - n, product="credit_card") for n in range(3)]
    late(20, product="consumer_loan")
    collector = cast.a_user(first_name="Min", last_name="Li")
    page = a_page(browser, site, signed_in("supervisor"))
    page.goto("/queue/?product=credit_card")
    late(15, product="credit_card")
    page.locator("button[name=choose][value=all]").click()
    expect(page.locator("h1")).to_have_text("3 people selected")

    page.select_option("select[name=collector]", str(collector.pk))
    page.get_by_test_id("assign").click()

    expect(page.locator("main")).to_contain_text("3 people are in the care of Min Li now.")
    live = Assignment.objects.filter(ended_at=None, collector=collector)
    assert set(live.values_list("borrower", flat=True)) == {one.borrower_id for one in loans}


def test_whom_a_supervisor_assigns_stands_in_the_collectors_own_queue(
    site: str, browser: Browser
) -> None:
    mine, other = late(9, "李静"), late(8)
    collector = cast.a_user()
    his = a_page(browser, site, signed_in(user=collector))
    his.goto("/queue/")
    expect(his.locator(".empty")).to_contain_text("Nobody in your care")

    boss = a_page(browser, site, signed_in("supervisor"))
    boss.goto("/queue/?owner=-1")
    tick(boss, mine)
    frozen(boss)
    boss.select_option("select[name=collector]", str(collector.pk))
    boss.get_by_test_id("assign").click()
    expect(boss.locator("main")).to_contain_text("in the care of")
    assert shown(boss) == [other.borrower_id]  # the list of those in nobody's care

    his.reload()
    assert shown(his) == [mine.borrower_id]
    expect(his.locator("select[name=owner]")).to_have_count(0)


def test_the_file_has_the_rows_ticked_and_computes_nothing(
    site: str, browser: Browser, tmp_path: Path
) -> None:
    bad = late(9, "@SUM(1+1)*cmd|' /C calc'!A0", ref="=1+1", amount="12.50")
    plain = late(8, "李静")
    late(7)
    page = a_page(browser, site, signed_in("supervisor"))
    page.goto("/queue/")
    tick(page, bad)
    tick(page, plain)
    frozen(page)
    with page.expect_download() as taken:
        page.get_by_test_id("export").click()
    path = tmp_path / "queue.csv"
    taken.value.save_as(path)

    text = path.read_text(encoding="utf-8-sig")
    head, *rows = csv.reader(StringIO(text))
    assert [row[0] for row in rows] == ["'=1+1", plain.borrower.borrower_ref]
    assert rows[0][head.index("Overdue")] == "12.50"
    assert not any(cell[:1] in ("=", "+", "-", "@", "\t", "\r") for row in rows for cell in row)
    assert "李静" not in text
    assert "李" in text
    assert not re.search(r"\d{7}", rows[1][head.index("Phone")])


def test_ten_keys_and_no_mouse(site: str, browser: Browser) -> None:
    loans = [late(20 - n) for n in range(4)]
    client = signed_in("supervisor")
    page = a_page(browser, site, client)
    page.goto("/queue/")

    for key in "jjxjxk":
        page.keyboard.press(key)
    ticked = page.locator("input[name=person]:checked")
    expect(ticked).to_have_count(2)
    assert ticked.evaluate_all("all => all.map(one => Number(one.value))") == [
        loans[1].borrower_id,
        loans[2].borrower_id,
    ]
    expect(page.locator("tr[aria-selected=true]")).to_have_count(2)
    expect(page.locator(f"#b-{loans[1].borrower_id}")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/borrowers/{loans[1].borrower.borrower_ref}/[?]list="))

    page.go_back()
    page.wait_for_url(re.compile("/queue/"))
    page.fill("input[name=least]", "")
    page.focus("input[name=least]")
    page.keyboard.press("x")
    expect(page.locator("input[name=person]:checked")).to_have_count(2)  # typing ticks nobody


def test_filters_stay_in_the_address_and_say_when_nobody_is_like_this(
    site: str, browser: Browser
) -> None:
    m2, held = late(43, amount="3260.00"), late(44, amount="5000.00")
    late(5)
    holds.place("complaint", borrower=held.borrower, source="inbound")
    page = a_page(browser, site, signed_in("supervisor"))
    page.goto("/queue/")
    page.select_option("select[name=bucket]", "M2")
    page.fill("input[name=most]", "4000")
    page.locator("form.filters button").click()
    assert shown(page) == [m2.borrower_id]
    expect(page.locator("select[name=bucket]")).to_have_value("M2")
    page.reload()
    assert shown(page) == [m2.borrower_id]

    page.goto("/queue/?can=never")
    assert shown(page) == [held.borrower_id]
    expect(page.locator("tbody tr")).to_contain_text("Complaint open")

    page.goto("/queue/?bucket=M3")
    expect(page.locator(".empty")).to_contain_text("Nobody is like this.")
    page.locator(".empty a").click()
    assert len(shown(page)) == 3

    page.goto("/queue/?least=9&most=3")
    expect(page).to_have_title(re.compile("^Error: "))
    assert shown(page) == []

    for loan in Loan.objects.all():
        paid(loan)
    page.goto("/queue/")
    expect(page.locator(".empty")).to_contain_text("Nobody has anything overdue or due")


def furnished() -> None:
    """People in every state that a row can show."""
    for n, name in enumerate([*NAMES, "Alexandra Montgomery-Fitzgerald"]):
        loan = late([200, 95, 61, 43, 16, 9, 1][n], name, amount=f"{10**n + 0.5:.2f}")
        if n % 3 == 1:
            holds.place(["opt_out", "complaint"][n % 2], borrower=loan.borrower, source="inbound")
    cast.a_loan(cast.a_borrower(consent=False))
    cast.a_loan(due_on=cast.TODAY)
    unreached = late(30).borrower
    BorrowerNumber.objects.filter(borrower=unreached).update(till_at=cast.NOON)
    collector = cast.a_user(first_name="Alexandra", last_name="Li")
    assignments.assign(Borrower.objects.order_by("pk")[:2], collector, by=None)


def test_the_pages_are_accessible_in_both_languages_themes_and_sizes(
    site: str, browser: Browser
) -> None:
    furnished()
    client = signed_in("supervisor")
    for locale, theme, width in LOOKS:
        page = a_page(browser, site, client, locale=locale, theme=theme, width=width)
        for address in ["/queue/?bucket=M4", "/queue/?bucket=M3", "/queue/"]:
            page.goto(address)
            accessible(page)
        first = page.locator("input[name=person]").first
        first.check()
        accessible(page)
        page.locator("button[name=choose][value=ticked]").click()
        expect(page.get_by_test_id("frozen")).to_be_visible()
        accessible(page)
        page.fill("input[name=until]", "2026-01-01")
        page.get_by_test_id("pause").click()
        expect(page.locator(".invalid-feedback")).to_be_visible()
        accessible(page)
        page.context.close()


def test_shift_takes_all_between_and_one_box_the_page(site: str, browser: Browser) -> None:
    loans = [late(20 - n) for n in range(5)]
    page = a_page(browser, site, signed_in("supervisor"))
    page.goto("/queue/")
    expect(page.get_by_test_id("count")).to_contain_text("5 people, overdue CNY 4,300.00")
    tick(page, loans[1])
    page.locator(f"#p-{loans[3].borrower_id}").click(modifiers=["Shift"])
    expect(page.locator("#ticked")).to_have_text("3 selected")
    page.locator("#whole-page").check()
    expect(page.locator("#ticked")).to_have_text("5 selected")
    page.locator("#untick").click()
    expect(page.locator("input[name=person]:checked")).to_have_count(0)
    expect(page.locator("#ticked")).to_have_text("")
    assert page.evaluate("document.activeElement !== document.body")
