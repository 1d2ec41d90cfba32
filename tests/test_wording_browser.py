"""The wording desk in a real browser: from a harsh draft to the text that is live, and every way it is refused."""

from itertools import count

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.live_site import accessible
from tests.test_end_to_end import NARROW, House, house
from tests.waiting import wait_for

__all__ = ["house"]
HARSH = (
    "((salutation))，您尾号((card_tail))的((amount))已逾期((days_late))天，再不还款将联系您的家人。"
    "有困难可致电((contact))协商。已还请忽略，拒收请回复R"
)
KIND = "((salutation))，本期((amount))原定((due_date))还款，可用APP。有困难可致电((contact))协商。已还请忽略，拒收请回复R"
marks = count(1)


def kind_text() -> str:
    """A kind text that no version says yet."""
    return KIND.replace("有困难", f"有困难{'也' * next(marks)}")


def written(page: Page, code: str, text: str) -> None:
    """The form of a new version, filled in."""
    page.goto(f"/templates/{code}/new/")
    page.select_option("#id_language", "zh-hans")
    page.fill("#id_signature", "【云杉消金】")
    if not page.locator("#id_jurisdictions").is_visible():
        page.locator("#wording-form summary:not(#beside)").click()
    page.fill("#id_jurisdictions", "CN")
    page.fill("#id_text", text)
    page.fill("#id_reason", "更温和")


def press(page: Page, then: str) -> None:
    page.locator(f"button[name=then][value={then}]").click()


def submitted(house: House, code: str, text: str = "") -> str:
    """The address of a version that waits for approval, written by the collector."""
    page = house.page("chen")
    written(page, code, text or kind_text())
    expect(page.locator("#check-panel .finding-block")).to_have_count(0)
    press(page, "submit")
    expect(page.locator(".tag", has_text="Waiting for approval").first).to_be_visible()
    return page.url


def decide(page: Page, address: str) -> None:
    """Read and approve a waiting version."""
    page.goto(f"{address}review/")
    approve(page)


def approve(page: Page) -> None:
    page.locator("input[name=kind]").check()
    page.locator("input[name=private]").check()
    page.locator("#approve").click()


def finding(page: Page, phrase: str) -> Locator:
    return page.locator("#check-panel .finding-block", has_text=phrase)


@pytest.mark.parametrize(("locale", "code"), [("en-US", "T-003"), ("zh-CN", "T-004")])
def test_from_a_harsh_draft_to_a_live_text_in_four_actions_of_the_reviewer(
    house: House, locale: str, code: str
) -> None:
    author = house.page("chen", locale=locale)
    written(author, code, HARSH)
    expect(finding(author, "家人")).to_be_visible()
    accessible(author)

    press(author, "submit")
    expect(author.locator("[role=alert], .error-summary").first).to_be_visible()
    expect(author.locator("#id_text")).to_have_value(HARSH)
    expect(finding(author, "家人")).to_be_visible()

    mended = kind_text()
    author.fill("#id_text", mended)
    expect(author.locator("#check-panel .finding-block")).to_have_count(0)
    press(author, "submit")
    author.wait_for_url("**/v*/")
    number = author.url.rstrip("/").rsplit("/", 1)[1]
    accessible(author)

    reviewer = house.page("zhou", locale=locale)
    reviewer.goto("/")
    row = reviewer.get_by_test_id("to-decide").locator("li", has_text=f"{code} {number}")
    row.get_by_role("link").click()  # one
    expect(reviewer.locator("ins").first).to_be_visible()
    accessible(reviewer)
    approve(reviewer)  # two, three, four

    reviewer.goto(author.url)
    expect(reviewer.locator("main")).to_contain_text(mended.split("((")[-1].rsplit("))", 1)[-1])
    expect(reviewer.locator("main .tag").first).to_contain_text(
        "Live" if locale == "en-US" else "已上线"
    )
    accessible(reviewer)


def test_the_author_is_told_who_can_approve_and_two_reviewers_do_not_collide(house: House) -> None:
    address = submitted(house, "T-001")
    author = house.page("chen")
    author.goto(f"{address}review/")
    expect(author.locator(".decision")).to_contain_text("someone else must approve it")
    expect(author.locator("#approve")).to_have_count(0)

    first, second = house.page("zhou"), house.page("he")
    for reviewer in (first, second):
        reviewer.goto(f"{address}review/")
    approve(first)
    approve(second)

    expect(second.locator("h1")).to_have_text("Somebody was quicker")
    expect(second.locator("main")).to_contain_text("Nothing was changed by what you just did")


def test_an_old_page_cannot_approve_words_that_were_changed(house: House) -> None:
    address = submitted(house, "T-002")
    reviewer = house.page("zhou")
    reviewer.goto(f"{address}review/")

    author = house.page("chen")
    author.goto(address)
    author.get_by_role("button", name="Withdraw").click()
    author.goto(f"{address}edit/")
    changed = kind_text()
    author.fill("#id_text", changed)
    author.fill("#id_reason", "改得更短")
    press(author, "submit")
    expect(author.locator(".tag", has_text="Waiting for approval").first).to_be_visible()
    approve(reviewer)

    expect(reviewer.get_by_role("link", name="Read it again")).to_be_visible()
    reviewer.goto(address)
    expect(reviewer.locator(".tag", has_text="Waiting for approval").first).to_be_visible()


def test_a_rejection_needs_a_reason_and_a_comment_and_keeps_what_was_typed(house: House) -> None:
    address = submitted(house, "T-005")
    reviewer = house.page("zhou", viewport=NARROW)
    reviewer.goto(f"{address}review/")
    reviewer.fill("#id_comment", "再短一些")
    reviewer.locator("button[name=decision][value=reject]").click()
    expect(reviewer.locator("#id_comment")).to_have_value("再短一些")
    accessible(reviewer)

    reviewer.select_option("#id_reason", "length")
    reviewer.locator("button[name=decision][value=reject]").click()

    author = house.page("chen")
    author.goto(address)
    expect(author.locator("main")).to_contain_text("再短一些")


def test_without_javascript_the_check_button_shows_the_same(house: House) -> None:
    author = house.page("chen", java_script_enabled=False)
    author.goto("/templates/T-003/new/")
    author.fill("#id_text", HARSH)
    press(author, "check")
    expect(finding(author, "家人")).to_be_visible()
    expect(author.locator("#id_text")).to_have_value(HARSH)


def test_what_was_found_in_the_signature_is_gone_to_there(house: House) -> None:
    author = house.page("chen")
    written(author, "T-003", kind_text())
    author.fill("#id_signature", "【云杉】bit.ly/x")

    author.locator('a.go[href="#id_signature"][data-start="4"]').first.click()

    expect(author.locator("#id_signature")).to_be_focused()
    box = author.locator("#id_signature")
    chosen = box.evaluate("box => box.value.slice(box.selectionStart, box.selectionEnd)")
    assert chosen == "bit.ly/x"


def test_what_was_typed_and_not_saved_is_there_again(house: House) -> None:
    author = house.page("li")
    written(author, "T-001", typed := kind_text())
    expect(author.locator("#kept")).not_to_be_empty(timeout=15_000)

    again = house.page("li")
    again.goto("/templates/T-001/new/")

    expect(again.locator("#id_text")).to_have_value(typed)


def test_a_test_text_reaches_its_authors_phone_and_no_other(house: House) -> None:
    author = house.page("li")
    written(author, "T-002", kind_text())
    press(author, "test")
    expect(author.locator("main")).to_be_visible()

    texts = wait_for(lambda: [one for one in house.texts() if "TEST " in one["text"]])

    assert len(texts) == 1
    assert texts[0]["text"].startswith("【云杉消金】TEST ")


def test_from_the_moment_it_is_retired_a_text_is_live_no_more(house: House) -> None:
    address = submitted(house, "T-010", "已为您取消短信提醒。如需帮助请致电((contact))。")
    reviewer = house.page("zhou")
    decide(reviewer, address)
    reviewer.goto(f"{address}retire/")
    accessible(reviewer)
    reviewer.locator("main form button").first.click()
    reviewer.goto(address)
    expect(reviewer.locator(".tag", has_text="Retired").first).to_be_visible()
