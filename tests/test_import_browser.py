"""Imports in a real browser: files brought, checked, mended, released by a second person, applied."""

from pathlib import Path

from playwright.sync_api import Page, expect

from borrowers.tests.portfolio import HEADERS
from tests.live_site import accessible
from tests.test_end_to_end import House, house

__all__ = ["house"]
CROWD = 11


def files(folder: Path) -> list[Path]:
    """Two people; the number of one cannot exist, and her loan hangs on it."""
    rows = {
        "borrowers": [
            "N0000001,赵新,+8613800990001,zh-hans,CN,,Asia/Shanghai,2026-01-01T10:00:00+08:00",
            "N0000002,钱新,13800990002,zh-hans,CN,,Asia/Shanghai,2026-01-01T10:00:00+08:00",
        ],
        "loans": [f"NL{n},N000000{n},consumer_loan,CNY,500.00,2026-01-01,active" for n in (1, 2)],
        "instalments": [f"NL{n},1,2027-01-10,100.00" for n in (1, 2)],
        "repayments": ["NR1,NL1,2026-02-01,1.00"],
    }
    made = []
    for name, lines in rows.items():
        path = folder / f"{name}.csv"
        path.write_text("\n".join([HEADERS[name], *lines]) + "\n", encoding="gb18030")
        made.append(path)
    return made


def bring(page: Page, paths: list[Path]) -> str:
    """The address of an upload of changes, its columns confirmed as guessed."""
    page.goto("/imports/")
    page.locator(".head .btn-primary").click()
    page.locator("input[name=full][value=delta]").check()
    page.set_input_files("input[name=brought]", [str(path) for path in paths])
    accessible(page)
    page.get_by_test_id("upload").click()
    expect(page.get_by_test_id("check")).to_be_visible()
    accessible(page)
    address = page.url
    page.get_by_test_id("check").click()
    return address


def test_from_files_with_a_wrong_row_to_the_book(house: House, tmp_path: Path) -> None:
    page = house.page("li")
    address = bring(page, files(tmp_path))
    expect(page.get_by_test_id("rejected")).to_contain_text("write it with + and the country code")
    accessible(page)

    page.get_by_test_id("repair").click()
    accessible(page)
    page.locator("input[aria-invalid=true][name$=_phone]").fill("+8613800990002")
    page.get_by_test_id("save").click()
    expect(page.get_by_test_id("apply")).to_contain_text("Apply 7 changes")
    expect(page.get_by_test_id("rejected")).to_have_count(0)

    page.get_by_test_id("apply").click()
    expect(page.get_by_test_id("applied")).to_be_visible(timeout=60_000)
    assert page.url == address
    page.goto("/borrowers/N0000002/")
    expect(page.locator("main")).to_contain_text("100.00")
    assert not [path for path in (house.demo.var / "imports").iterdir() if path.name.isdigit()]


def test_what_is_unusual_takes_a_second_person(house: House, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    rows = [f"M{n},孙新{n},+8613800990009,zh-hans,CN,,Asia/Shanghai," for n in range(CROWD)]
    path.write_text("\n".join([HEADERS["borrowers"], *rows]), encoding="utf-8")
    first = house.page("li")
    address = bring(first, [path])
    expect(first.get_by_test_id("jumps")).to_contain_text("would be shared by 11 people")
    expect(first.get_by_test_id("apply")).to_have_count(0)

    second = house.page("xu", locale="zh-CN")
    second.goto(address)
    expect(second.get_by_test_id("jumps")).to_contain_text("11 人共用")
    accessible(second)
    second.get_by_test_id("cases").locator("summary").click()
    expect(second.get_by_test_id("cases")).to_contain_text("138****0009")
    accessible(second)
    second.locator("#looked-0").check()
    second.get_by_test_id("release").click()

    first.reload()
    first.get_by_test_id("apply").click()
    expect(first.get_by_test_id("applied")).to_be_visible(timeout=60_000)
