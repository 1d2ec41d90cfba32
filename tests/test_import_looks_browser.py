"""The pages of imports as they look in each state, and while files are read."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connections
from playwright.sync_api import Browser, expect
from pytest_django.fixtures import Settings

from borrowers.models import Upload
from borrowers.services import import_columns, import_jobs, import_staging
from borrowers.tests.portfolio import BOOK
from borrowers.tests.uploads import applied, brought, checked, text, the_book
from tests import cast
from tests.live_site import LOOKS, a_page, accessible
from tests.visits import signed_in

CROWD = 11
MANY = 2 * import_staging.TELL_EVERY + 500
WRONG = [
    "B7,欧阳芳菲,+8613800130777,zh-hans,China,,Asia/Shanghai,",
    "B8,Maria del Carmen,138001,en,GB,,,",
]


def unusual(by: User) -> Upload:
    """Checked against the book: rows new, changed, gone and rejected, and jumps that nobody released."""
    crowd = [f"M{n},孙新{n},+8613800990009,zh-hans,CN,,Asia/Shanghai," for n in range(CROWD)]
    first = BOOK["borrowers"][0].replace("王小明", "王大明")
    files = the_book(
        borrowers=text("borrowers", [first, *crowd, *WRONG]),
        loans=text("loans", BOOK["loans"][:1]),
        instalments=text("instalments", BOOK["instalments"][:2]),
        repayments=text("repayments", [*BOOK["repayments"], "R2,L1,20.11.2026,-5.00"]),
    )
    as_of = cast.NOON - timedelta(hours=1)
    return checked(files, by=by, figures={"loans.csv": {"rows": 3}}, data_as_of=as_of)


@contextmanager
def halfway(upload: Upload, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The upload is being checked, and stays where it has read its first file until the block ends."""
    go_on, there, stage = Event(), Event(), import_staging.stage

    def stopping(*args: Any) -> Any:
        answer = stage(*args)
        there.set()
        assert go_on.wait(600)
        return answer

    def work() -> None:
        import_jobs.check(upload.pk)
        connections.close_all()

    monkeypatch.setattr(import_staging, "stage", stopping)
    told = [{"kind": one["kind"], "columns": one["columns"]} for one in upload.files]
    assert upload.by
    import_columns.confirm(upload, told, figures={}, by=upload.by)
    worker = Thread(target=work)
    worker.start()
    try:
        assert there.wait(60)
        yield
    finally:
        go_on.set()
        worker.join()


def test_how_many_rows_are_read_is_shown_while_the_files_are_checked(
    site: str,
    browser: Browser,
    tmp_path: Path,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.VAR_DIR = tmp_path
    boss = cast.a_user(role="supervisor")
    rows = [f"N{n},王芳,+8613800130001,zh-hans,CN,,Asia/Shanghai," for n in range(MANY)]
    upload = brought({"borrowers.csv": text("borrowers", rows)}, by=boss)
    page = a_page(browser, site, signed_in(user=boss))
    with halfway(upload, monkeypatch):
        page.goto(f"/imports/{upload.pk}/")
        read = 2 * import_staging.TELL_EVERY
        said = f"Reading borrowers.csv: {read:,} of {MANY:,} rows."
        expect(page.get_by_test_id("stage")).to_have_text(said)
        expect(page.locator("progress")).to_have_attribute("max", str(MANY))
    expect(page.get_by_test_id("what")).to_be_visible()


def test_every_page_of_imports_is_accessible_in_both_languages_themes_and_sizes(
    site: str,
    browser: Browser,
    tmp_path: Path,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.VAR_DIR = tmp_path
    boss = cast.a_user(role="supervisor")
    done = applied(checked(the_book(), by=boss), by=boss)
    check = unusual(boss)
    columns = brought(the_book(), by=boss)
    working = brought({"loans.csv": text("loans")}, by=boss)
    pages = [
        "/imports/",
        "/imports/new/",
        f"/imports/{columns.pk}/",
        f"/imports/{check.pk}/",
        f"/imports/{check.pk}/repair/",
        f"/imports/{working.pk}/",
        f"/imports/{done.pk}/",
        f"/imports/batches/{done.batch_id}/",
    ]
    visits = [(signed_in(user=boss), pages), (signed_in("compliance"), [f"/imports/{check.pk}/"])]
    with halfway(working, monkeypatch):
        for locale, theme, width in LOOKS:
            for client, addresses in visits:
                page = a_page(browser, site, client, locale=locale, theme=theme, width=width)
                for address in addresses:
                    page.goto(address)
                    accessible(page)
                page.context.close()
