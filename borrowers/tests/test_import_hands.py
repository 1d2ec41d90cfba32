"""Whoever had a hand in files never releases them: by the service, on the page, and against plain SQL."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection

from borrowers.models import Upload
from borrowers.services import import_columns, import_repairs, import_uploads, second_person
from borrowers.tests.uploads import applied, background, checked, text
from collections_site.audit.models import Event
from collections_site.lib import clock
from collections_site.lib.decision import NotAllowed
from collections_site.lib.steps import OutOfStep
from tests.cast import a_user
from tests.visits import body, signed_in
from tests.walls.attacks import refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
FIGURES = {"instalments.csv": {"rows": 1, "sums": {"CNY": "100.00"}}}


@pytest.fixture
def other() -> User:
    """Another supervisor."""
    return a_user(role="supervisor")


@pytest.fixture
def unusual(on_file: User) -> Upload:
    """Changes whose instalment has another amount than the sender's figures, and a row that is wrong."""
    files = {
        "instalments.csv": text("instalments", ["L1,2,2026-11-20,900.00"]),
        "repayments.csv": text("repayments", ["R2,L1,2026-11-20,forty"]),
    }
    upload = checked(files, by=on_file, figures=FIGURES, data_as_of=clock.now())
    assert "total" in {one["code"] for one in upload.found["jumps"]}
    return upload


def reread(upload: Upload, by: User, **how: Any) -> Upload:
    """Opened again, confirmed as it was but for ``how``, and checked."""
    import_columns.reopen(upload, by=by)
    upload.refresh_from_db()
    told = [{"kind": one["kind"], "columns": one["columns"]} for one in upload.files]
    import_columns.confirm(upload, told, **{"figures": upload.figures, "by": by, **how})
    background()
    upload.refresh_from_db()
    return upload


def mend(upload: Upload, by: User) -> Upload:
    cells = {upload.rows.get().pk: ["R2", "L1", "2026-11-20", "20.00"]}
    made = import_repairs.mend(upload, cells, by=by)
    background()
    made.refresh_from_db()
    return made


def release(upload: Upload, by: User) -> None:
    import_uploads.release(upload, looked=range(len(upload.found["jumps"])), by=by)


def test_whoever_empties_the_figures_of_anothers_files_does_not_release_them(
    unusual: Upload, boss: User, other: User
) -> None:
    upload = reread(unusual, other, figures={})
    assert (upload.by, upload.changed_by) == (boss, sorted([boss.pk, other.pk]))
    for one in (boss, other):
        with pytest.raises(NotAllowed, match="brought or changed these files, so someone else"):
            release(upload, one)
        assert upload not in second_person.imports_to_release(one)
        assert 'name="looked"' not in body(signed_in(user=one), f"/imports/{upload.pk}/")
    third = a_user(role="supervisor")
    assert upload in second_person.imports_to_release(third)
    page = body(signed_in(user=third), f"/imports/{upload.pk}/")
    assert f"were changed by {other.username}</p>" in page
    release(upload, third)


def test_whoever_mends_rows_of_anothers_files_does_not_release_them(
    unusual: Upload, boss: User, other: User
) -> None:
    upload = mend(unusual, other)
    assert (upload, upload.rows.count()) == (unusual, 0)
    for one in (boss, other):
        with pytest.raises(NotAllowed, match="someone else"):
            release(upload, one)
    mended = Event.objects.get(verb="upload.mended")
    assert (mended.by, mended.after["rows"]) == (other, 1)
    assert len(mended.after["files"]["repayments.csv"]) == 64


def test_rows_that_go_on_alone_are_still_theirs_who_brought_them(
    unusual: Upload, boss: User, other: User
) -> None:
    release(unusual, a_user(role="compliance"))
    applied(unusual, by=other)
    made = mend(unusual, other)
    assert (made.by, made.changed_by) == (other, sorted([boss.pk, other.pk]))
    assert import_uploads.has_brought(made, boss)


def test_whoever_only_applies_or_looks_may_release(unusual: Upload, other: User) -> None:
    with pytest.raises(NotAllowed, match="second person"):
        import_uploads.ask_to_apply(unusual, by=other)
    body(signed_in(user=other), f"/imports/{unusual.pk}/repair/")
    release(unusual, other)


def test_other_kinds_are_a_change_and_come_too_late_after_the_check(
    unusual: Upload, boss: User, other: User
) -> None:
    kinds = ["repayments.csv", "instalments.csv"]
    with pytest.raises(OutOfStep):
        import_columns.reconsider(unusual, kinds, by=other)
    import_columns.reopen(unusual, by=boss)
    import_columns.reconsider(Upload.objects.get(pk=unusual.pk), kinds, by=other)
    unusual.refresh_from_db()
    assert [one["kind"] for one in unusual.files] == kinds
    assert other.pk in unusual.changed_by
    event = Event.objects.get(verb="upload.kinds_changed")
    assert [one["kind"] for one in event.before["files"]] == kinds[::-1]
    assert [one["kind"] for one in event.after["files"]] == kinds


def test_the_log_tells_what_columns_and_figures_became(
    unusual: Upload, boss: User, other: User
) -> None:
    seen = a_user(role="compliance")
    release(unusual, seen)
    reread(unusual, other, figures={})
    opened = Event.objects.get(verb="upload.reopened")
    assert (opened.by, opened.before) == (other, {"released_by": seen.pk})
    first, second = Event.objects.filter(verb="upload.columns_confirmed").order_by("-pk")[:2][::-1]
    assert (first.by, first.after["figures"]) == (boss, FIGURES)
    assert (second.by, second.before["figures"], second.after["figures"]) == (other, FIGURES, {})
    read = second.after["files"][0]
    assert read == {name: unusual.files[0][name] for name in ("sha256", "kind", "columns")}


# What is set, and the word of the wall; %(a)s brought the files, %(b)s confirmed them anew, %(c)s neither.
ATTACKS = [
    ("released_by_id = %(a)s", "upload_released_by_another"),
    ("released_by_id = %(b)s", "upload_released_by_nobody_who_changed"),
    ("released_by_id = %(b)s, changed_by = '{}'", "upload_forgets_who"),
    ("released_by_id = %(b)s, changed_by = ARRAY[%(a)s]", "upload_forgets_who"),
    ("released_by_id = %(a)s, by_id = %(c)s", "upload_forgets_who"),
    ("by_id = NULL", "upload_forgets_who"),
    ("released_by_id = %(c)s, figures = '{\"loans.csv\": {}}'", "upload_changed_under_release"),
    ("released_by_id = %(c)s, state = 'applying'", "upload_released_unchecked"),
    (
        "released_by_id = %(c)s, changed_by = changed_by || %(c)s::bigint",
        "upload_released_by_nobody_who_changed",
    ),
]
# The same of files that %(c)s has released.
AFTERWARDS = [
    ("files = '[]'", "upload_changed_under_release"),
    ("figures = '{\"loans.csv\": {}}'", "upload_changed_under_release"),
    ('"full" = NOT "full"', "upload_changed_under_release"),
    ("data_as_of = data_as_of - interval '1 day'", "upload_changed_under_release"),
    ("state = 'mapping'", "upload_changed_under_release"),
    ("state = 'checking'", "upload_changed_under_release"),
    ("changed_by = changed_by || %(c)s::bigint", "upload_released_by_nobody_who_changed"),
]


def attack(upload: Upload, said: str, **who: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE borrowers_upload SET {said} WHERE id = %(pk)s", {"pk": upload.pk, **who}
        )


def test_plain_sql_makes_nobody_the_second_person_of_their_own_files(
    unusual: Upload, boss: User, other: User
) -> None:
    upload = reread(unusual, other, figures={})
    who = {"a": boss.pk, "b": other.pk, "c": a_user(role="compliance").pk}
    for said, word in ATTACKS:
        refused(word, lambda said=said: attack(upload, said, **who))  # type: ignore[misc]
    attack(upload, "released_by_id = %(c)s, released_at = site_now()", **who)
    for said, word in AFTERWARDS:
        refused(word, lambda said=said: attack(upload, said, **who))  # type: ignore[misc]
    refused("permission denied", lambda: _delete(upload))
    assert applied(upload, by=boss).state == "applied"


def _delete(upload: Upload) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM borrowers_upload WHERE id = %s", [upload.pk])


@pytest.mark.parametrize("said", ["figures = '{\"loans.csv\": {}}'", "state = 'mapping'"])
def test_nobody_changes_files_without_a_name(house: None, said: str) -> None:
    at = clock.now()
    held = Upload.objects.create(
        source="command", data_as_of=at, state="checked", at=at, keep_until=at + timedelta(hours=72)
    )
    refused("upload_changed_by_nobody", lambda: attack(held, said))
