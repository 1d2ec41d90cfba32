"""A do-not-contact list in a real browser: brought, looked at, held; in both languages and themes."""

from pathlib import Path

from playwright.sync_api import Browser, Page, expect
from pytest_django.fixtures import Settings

from borrowers.models import Hold
from tests import cast
from tests.live_site import LOOKS, a_page, accessible
from tests.visits import signed_in


def bring(page: Page, path: Path) -> None:
    page.goto("/imports/")
    page.locator("a[href='/imports/do-not-contact/']").click()
    page.set_input_files("input[name=brought]", str(path))
    page.fill("input[name=source]", "Regulator 2026-11")
    page.get_by_test_id("bring").click()
    expect(page.get_by_test_id("counts")).to_be_visible()


def a_list(folder: Path) -> Path:
    path = folder / "list.csv"
    rows = ["名字,手机号", "王,13800990001", "李,13800990003", "赵,12"]
    path.write_text("\n".join(rows) + "\n", encoding="gb18030")
    return path


def test_from_the_file_to_the_holds(
    site: str, browser: Browser, tmp_path: Path, settings: Settings
) -> None:
    settings.VAR_DIR = tmp_path / "var"
    cast.a_loan(cast.a_borrower("C-1", number=cast.a_number("+8613800990001")))
    page = a_page(browser, site, signed_in("supervisor"))
    bring(page, a_list(tmp_path))
    expect(page.locator("select[name=column]")).to_have_value("1")
    expect(page.get_by_role("row", name="4")).to_contain_text("No such phone number can exist")
    assert not Hold.objects.exists()

    page.get_by_test_id("apply").click()

    expect(page.locator("main")).to_contain_text("One person and 2 numbers are held now")
    page.goto("/borrowers/C-1/")
    expect(page.locator("main")).to_contain_text("Opted out")
    expect(page.get_by_test_id("holds")).to_contain_text("by the list “Regulator 2026-11”")
    assert Hold.objects.filter(source="list: Regulator 2026-11").count() == 3


def test_the_pages_are_accessible_in_both_languages_themes_and_sizes(
    site: str, browser: Browser, tmp_path: Path, settings: Settings
) -> None:
    settings.VAR_DIR = tmp_path / "var"
    client, path = signed_in("supervisor"), a_list(tmp_path)
    for locale, theme, width in LOOKS:
        page = a_page(browser, site, client, locale=locale, theme=theme, width=width)
        page.goto("/imports/new/")
        accessible(page)
        page.goto("/imports/do-not-contact/")
        accessible(page)
        page.get_by_test_id("bring").click()
        expect(page.locator(".invalid-feedback").first).to_be_visible()
        accessible(page)
        bring(page, path)
        accessible(page)
        page.context.close()
