"""What is unusual in files waits for a second person, who sees the cases and ticks each jump."""

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection

from borrowers.models import ImportBatch, Loan, Upload
from borrowers.services import import_uploads
from borrowers.services.import_uploads import NotLooked
from borrowers.tests.portfolio import BOOK
from borrowers.tests.uploads import applied, background, checked, text, the_book
from collections_site.lib import clock
from collections_site.lib.decision import NotAllowed
from collections_site.lib.steps import OutOfStep
from tests.cast import a_user
from tests.visits import body, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


def changes(by: User, **files: list[str]) -> Upload:
    """Some rows brought as changes of today, checked."""
    brought = {f"{name}.csv": text(name, rows) for name, rows in files.items()}
    return checked(brought, by=by, data_as_of=clock.now())


def release(upload: Upload) -> None:
    """A reviewer ticks everything."""
    ticks = range(len(upload.found["jumps"]))
    import_uploads.release(upload, looked=ticks, by=a_user(role="compliance"))


def jump(upload: Upload, code: str) -> dict[str, object]:
    found: dict[str, object] = next(one for one in upload.found["jumps"] if one["code"] == code)
    return found


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"instalments": ["L1,1,2026-10-20,150.00", "L1,2,2026-11-20,100.00"]}, "overdue"),
        ({"instalments": ["L1,1,2026-10-20,100.00", "L1,2,2026-11-20,900.00"]}, "doubled"),
        ({"instalments": ["L1,3,2026-12-25,100.00"]}, "moved"),
        (
            {
                "borrowers": [
                    f"N{n},王{n},+8613800139999,zh-hans,CN,,Asia/Shanghai," for n in range(11)
                ]
            },
            "crowded",
        ),
    ],
)
def test_what_is_unusual_waits_for_a_second_person(
    on_file: User, change: dict[str, list[str]], code: str
) -> None:
    files = {f"{name}.csv": text(name, rows) for name, rows in change.items()}
    upload = checked(files, by=on_file, data_as_of=clock.now())
    assert code in {one["code"] for one in upload.found["jumps"]}
    everything = set(range(len(upload.found["jumps"])))
    with pytest.raises(NotAllowed, match="second person"):
        import_uploads.ask_to_apply(upload, by=on_file)
    with pytest.raises(NotAllowed, match="someone else"):
        import_uploads.release(upload, looked=everything, by=on_file)
    with pytest.raises(NotAllowed):
        import_uploads.release(upload, looked=everything, by=a_user(role="collector"))
    with pytest.raises(NotLooked):
        import_uploads.release(upload, looked=everything - {0}, by=a_user(role="compliance"))
    import_uploads.release(upload, looked=everything, by=a_user(role="compliance"))
    assert applied(upload, by=on_file).state == "applied"


@pytest.mark.parametrize(
    ("more", "doubled"),
    [
        (["B1,L1,2026-11-24,-100.00"], []),
        (["B1,L1,2026-11-24,-60.00", "B2,L1,2026-11-24,-40.00"], ["L1"]),  # of no payment
        ([f"B{n},L1,2026-11-24,-100.00" for n in range(3)], ["L1"]),  # three of two payments
        (["R4,L1,2026-11-24,50.00", "B1,L1,2026-11-24,-50.00", "B2,L1,2026-11-24,-100.00"], []),
    ],
)
def test_a_payment_that_bounces_doubles_nothing(
    on_file: User, more: list[str], doubled: list[str]
) -> None:
    paid = changes(on_file, repayments=["R3,L1,2026-11-23,100.00"])
    release(paid)
    applied(paid, by=on_file)
    upload = changes(on_file, repayments=more)
    cases = [one["cases"] for one in upload.found["jumps"] if one["code"] == "doubled"]
    assert [case["ref"] for found in cases for case in found] == doubled


def test_figures_that_do_not_agree_wait_for_a_second_person_too(boss: User) -> None:
    given = {"loans.csv": {"rows": 3, "sums": {"CNY": "10000.00", "GBP": "900.50"}}}
    upload = checked(the_book(), by=boss, figures=given)
    assert [one["agrees"] for one in upload.found["totals"]] == [False, True, True]
    assert [one["code"] for one in upload.found["jumps"]] == ["total"]


def test_a_release_counts_for_what_was_looked_at_only(on_file: User) -> None:
    rows = ["L1,1,2026-10-20,100.00", "L1,2,2026-11-20,900.00"]
    upload = checked(
        {"instalments.csv": text("instalments", rows)}, by=on_file, data_as_of=clock.now()
    )
    second = a_user(role="supervisor")
    stale = Upload.objects.get(pk=upload.pk)
    stale.checked_at = None
    with pytest.raises(OutOfStep):
        import_uploads.release(stale, looked={0}, by=second)


def test_what_became_unusual_since_the_check_is_not_written(on_file: User) -> None:
    rows = ["L1,3,2026-12-20,120.00"]
    upload = checked(
        {"instalments.csv": text("instalments", rows)}, by=on_file, data_as_of=clock.now()
    )
    assert upload.found["jumps"] == []
    import_uploads.ask_to_apply(upload, by=on_file)
    Loan.objects.get(loan_ref="L1").instalments.filter(number=3).update(due_on="2026-12-01")
    background()
    upload.refresh_from_db()
    assert (upload.state, "something new is unusual" in upload.problem) == ("checked", True)
    assert [one["code"] for one in upload.found["jumps"]] == ["moved"]


@pytest.mark.parametrize(
    ("now", "state"),
    [("150.00", "applied"), ("149.50", "applied"), ("160.00", "checked"), ("900.00", "checked")],
)
def test_a_released_total_is_not_a_release_of_a_larger_one(
    on_file: User, now: str, state: str
) -> None:
    upload = changes(on_file, instalments=["L1,1,2026-10-20,150.00"])
    assert jump(upload, "overdue")["values"] == {
        "currency": "CNY",
        "before": "100.00",
        "after": "150.00",
        "share": "+50 %",
    }
    release(upload)
    import_uploads.ask_to_apply(upload, by=on_file)
    line = Loan.objects.get(loan_ref="L1").instalments.get(number=2)  # the other one overdue
    line.amount_due = line.amount_due + type(line.amount_due)(now) - 150
    line.save()
    background()
    upload.refresh_from_db()
    assert upload.state == state
    assert (upload.released_by is None) == (state == "checked")


def test_other_loans_than_those_looked_at_are_not_released(on_file: User) -> None:
    upload = changes(on_file, instalments=["L1,3,2026-12-25,100.00", "L2,1,2026-12-01,50.25"])
    assert jump(upload, "moved")["values"] == {"count": 1}
    release(upload)
    import_uploads.ask_to_apply(upload, by=on_file)
    lines = Loan.objects.get(loan_ref="L1").instalments, Loan.objects.get(loan_ref="L2").instalments
    lines[0].filter(number=3).update(due_on="2026-12-25")
    lines[1].filter(number=1).update(due_on="2026-12-09")
    background()
    upload.refresh_from_db()
    assert (upload.state, upload.released_by) == ("checked", None)
    assert [one["ref"] for one in jump(upload, "moved")["cases"]] == ["L2 · 1"]  # type: ignore[attr-defined]


def test_less_of_what_was_looked_at_goes_in(on_file: User) -> None:
    upload = changes(on_file, instalments=["L1,3,2026-12-25,100.00", "L2,1,2026-12-05,50.25"])
    assert jump(upload, "moved")["values"] == {"count": 2}
    release(upload)
    Loan.objects.get(loan_ref="L2").instalments.update(due_on="2026-12-05")
    assert applied(upload, by=on_file).state == "applied"


def test_the_second_person_sees_the_cases(on_file: User) -> None:
    upload = changes(on_file, instalments=["L1,2,2026-11-21,900.00", "L2,1,2026-12-01,50.25"])
    assert jump(upload, "doubled")["cases"] == [
        {"ref": "L1", "before": "200.00", "after": "1000.00", "currency": "CNY"}
    ]
    assert jump(upload, "moved")["cases"] == [
        {"ref": "L1 · 2", "before": "2026-11-20", "after": "2026-11-21"}
    ]
    assert jump(upload, "overdue")["cases"] == [
        {"ref": "L1", "before": "100.00", "after": "900.00", "currency": "CNY"}
    ]


def test_people_on_a_crowded_number_are_named_by_their_refs_and_numbers_masked(
    on_file: User,
) -> None:
    crowd = [f"N{n:02d},王{n},+8613800139999,zh-hans,CN,,Asia/Shanghai," for n in range(10)]
    moved = BOOK["borrowers"][0].replace("+8613800130001", "+8613800139999")
    upload = changes(on_file, borrowers=[*crowd, moved])
    found = jump(upload, "crowded")
    assert found["values"] == {"phone": "138****9999", "count": 11}
    assert {"ref": "B1", "before": "138****0001", "after": "138****9999"} in found["cases"]  # type: ignore[operator]


def test_a_full_batch_without_many_loans_waits(on_file: User) -> None:
    files = the_book(
        loans=text("loans", BOOK["loans"][:1]),
        instalments=text("instalments", BOOK["instalments"][:3]),
    )
    upload = checked(files, by=on_file, data_as_of=clock.now())
    found = jump(upload, "absent")
    assert found["values"] == {"count": 1, "of": 2, "share": "50.0 %"}
    assert [one["ref"] for one in found["cases"]] == ["L2"]  # type: ignore[attr-defined]
    with pytest.raises(NotAllowed, match="second person"):
        import_uploads.ask_to_apply(upload, by=on_file)


def test_the_batch_tells_what_it_was_taken_in_with(on_file: User) -> None:
    upload = changes(on_file, instalments=["L1,3,2026-12-25,100.00"])
    release(upload)
    applied(upload, by=on_file)
    assert ImportBatch.objects.latest("pk").unusual == [{"code": "moved", "values": {"count": 1}}]


@pytest.mark.parametrize("state", ["applying", "applied"])
def test_the_database_refuses_what_nobody_released(on_file: User, state: str) -> None:
    upload = changes(on_file, instalments=["L1,3,2026-12-25,100.00"])
    with connection.cursor() as cursor, pytest.raises(IntegrityError, match="released_first"):
        cursor.execute(
            "UPDATE borrowers_upload SET state = %s, batch_id = %s WHERE id = %s",
            [state, ImportBatch.objects.get().pk, upload.pk],
        )


def test_a_tick_left_out_is_asked_for_and_the_others_kept(on_file: User) -> None:
    upload = changes(on_file, instalments=["L1,2,2026-11-21,900.00"])
    address, second = f"/imports/{upload.pk}/", signed_in("compliance")
    page = body(second, address)
    assert page.count('name="looked"') == 3
    assert "L1 · 2" in page
    assert upload.checked_at
    said = {"seen": upload.checked_at.isoformat(), "looked": ["0", "2"]}
    answer = second.post(f"{address}release/", said)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Tick each of the unusual figures" in page
    assert (page.count("required checked"), page.count("is-invalid")) == (2, 1)
    upload.refresh_from_db()
    assert upload.released_by is None
    assert second.post(f"{address}release/", {**said, "looked": ["0", "1", "2"]}).status_code == 302
