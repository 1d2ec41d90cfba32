"""The search box in a real browser: every kind of clue finds the person, and no address says whom."""

import re

from playwright.sync_api import Browser, Page, expect

from tests.live_site import LOOKS, Handler, a_page, accessible
from tests.test_queue_browser import late
from tests.visits import signed_in

TYPED = [
    "0421",
    "13800130421",
    "+86 138-0013-0421",
    "王小明",
    "小明",
    "wxm",
    "wangxiaoming",
    "C-10021",
    "K-0000077",
]


def test_the_box_finds_by_digits_name_pinyin_and_number(site: str, browser: Browser) -> None:
    late(9, "王小明", ref="C-10021", phone="+8613800130421", loan_ref="K-0000077")
    late(8, "曾国强", ref="C-20022", phone="+8613900139000", loan_ref="K-1000088")
    page = a_page(browser, site, signed_in("supervisor"))
    for typed in TYPED:
        page.goto("/queue/")
        Handler.lines.clear()
        page.keyboard.press("/")
        page.keyboard.insert_text(typed)
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{site}/borrowers/C-10021/")
        if not typed.startswith(("C-", "K-")):
            assert not any(typed in line for line in Handler.lines)
        assert not any("小明" in line or "0421" in line for line in Handler.lines)
        assert "小明" not in page.title()


def test_several_found_are_listed_without_saying_in_the_address_whom_was_looked_for(
    site: str, browser: Browser
) -> None:
    for n in range(3):
        late(9 + n, "王小明", phone=f"+861380013{n}421")
    page = a_page(browser, site, signed_in("supervisor"))
    for typed in ("王小明", "wxm"):
        page.goto("/queue/")
        page.fill("#q", typed)
        page.press("#q", "Enter")
        expect(page.locator("main p[role=status]")).to_contain_text("3 people")
        assert re.fullmatch(rf"{site}/borrowers/\?found=[\w-]{{8}}", page.url)
        assert "王" not in page.title()
    page.fill("#q", "4096")
    page.press("#q", "Enter")
    expect(page.locator(".empty")).to_contain_text("Nobody is found by this")


def searched(page: Page, typed: str) -> None:
    page.goto("/borrowers/")
    page.fill("#q", typed)
    page.press("#q", "Enter")


def test_what_is_found_is_accessible_in_both_languages_themes_and_sizes(
    site: str, browser: Browser
) -> None:
    for n in range(3):
        late(9 + n, ["王小明", "欧阳芳菲", "王小明"][n], phone=f"+861380013{n}421")
    client = signed_in("supervisor")
    for locale, theme, width in LOOKS:
        page = a_page(browser, site, client, locale=locale, theme=theme, width=width)
        page.goto("/borrowers/")
        accessible(page)
        searched(page, "王小明")
        expect(page.locator("tbody tr")).to_have_count(2)
        accessible(page)
        searched(page, "4096")
        expect(page.locator(".empty")).to_be_visible()
        accessible(page)
        page.context.close()
