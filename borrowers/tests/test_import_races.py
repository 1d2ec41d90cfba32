"""An import beside sends and payments: it waits for whom it changes, and holds up nobody else."""

import threading
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection, connections
from django.http import HttpResponse
from pytest_django.fixtures import Settings

from borrowers.models import Borrower, ImportBatch, Loan
from borrowers.services import arrears, import_jobs, import_uploads
from borrowers.services.imports import Summary
from borrowers.tests.portfolio import BOOK, NEXT, take
from borrowers.tests.uploads import background, checked, the_book
from collections_site.audit.models import Event
from tests import databases
from tests.cast import a_user, at_noon, the_lender
from tests.threads import together
from tests.visits import signed_in
from tests.waiting import wait_for

WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
HOLD = "SELECT id FROM borrowers_borrower WHERE borrower_ref = %s FOR NO KEY UPDATE"


def test_an_import_waits_for_a_send_and_then_writes_what_is_true(
    tmp_path: Path, own_database: str
) -> None:
    """While somebody's row is held by a send, the import waits without a lock on anybody's loan."""
    the_lender()
    at_noon()
    take(tmp_path)
    paid = [*BOOK["repayments"], "R2,L1,2026-11-24,60.00"]
    done: list[Summary] = []

    def import_it() -> None:
        try:
            done.append(take(tmp_path / "next", as_of=NEXT, repayments=paid))
        finally:
            connections.close_all()

    with psycopg.connect(databases.url(own_database)) as sender:
        sender.execute(HOLD, ["B1"])
        thread = threading.Thread(target=import_it)
        thread.start()
        with psycopg.connect(databases.url(own_database), autocommit=True) as other:
            wait_for(lambda: other.execute(WAITING).fetchone() == (1,))
            other.execute("SELECT 1 FROM borrowers_loan FOR UPDATE NOWAIT")
            other.execute(f"{HOLD} NOWAIT", ["B2"])
            owed = other.execute("SELECT overdue_amount FROM borrowers_loan WHERE loan_ref = 'L1'")
            assert str((owed.fetchone() or ("",))[0]) == "100.00"
        sender.commit()
    thread.join(timeout=60)
    loan = Loan.objects.get(loan_ref="L1")
    assert (str(loan.overdue_amount), loan.version) == ("40.00", 2)
    assert done[0].changed_loans == {loan.pk}


@pytest.mark.parametrize("rounds", [10])
def test_imports_and_recomputing_never_lock_each_other_out(
    tmp_path: Path, own_database: str, rounds: int
) -> None:
    """Both take borrowers, then loans, in order of id: whoever comes second waits, nobody deadlocks."""
    the_lender()
    at = at_noon()
    many = range(40)
    book: dict[str, Any] = {
        "borrowers": [f"B{n:02d},王,+86138001300{n:02d},zh-hans,CN,,," for n in many],
        "loans": [f"L{99 - n},B{n:02d},credit_card,CNY,1.00,2025-12-01,active" for n in many],
        "instalments": [f"L{99 - n},1,2026-11-{n % 28 + 1:02d},100.00" for n in many],
    }
    take(tmp_path / "first", **book, repayments=[])
    failed: list[BaseException] = []
    stop = threading.Event()

    def keep_recomputing() -> None:
        day = 0
        try:
            while not stop.is_set():
                day += 1
                on = at.date() + timedelta(days=day % 30)
                arrears.recompute(None, on=on, cause="day", at=at)
        except Exception as error:  # noqa: BLE001  told to the test below
            failed.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=keep_recomputing)
    thread.start()
    try:
        for n in range(1, rounds + 1):
            paid = [f"R{n}-{k},L{99 - k},2026-11-24,1.00" for k in many]
            as_of = NEXT + timedelta(minutes=n)
            take(tmp_path / str(n), as_of=as_of, delta=True, **book, repayments=paid)
    finally:
        stop.set()
        thread.join(timeout=60)
    assert not failed
    arrears.recompute(None, on=at.date() + timedelta(days=60), cause="day", at=at)
    assert {str(loan.overdue_amount) for loan in Loan.objects.all()} == {f"{100 - rounds}.00"}


def test_twenty_who_press_at_once_apply_once(
    own_database: str, settings: Settings, tmp_path: Path
) -> None:
    settings.VAR_DIR = tmp_path
    the_lender()
    at_noon()
    boss = a_user(role="supervisor")
    upload = checked(the_book(), by=boss)
    clients = [signed_in(user=boss) for _ in range(20)]

    answers = together(*(partial(one.post, f"/imports/{upload.pk}/apply/") for one in clients))

    statuses = [one.status_code for one in answers if isinstance(one, HttpResponse)]
    assert sorted(statuses) == [302, *[409] * 19]
    assert Event.objects.filter(verb="upload.apply_asked").count() == 1
    done = [one for one in together(*[background] * 4) if isinstance(one, dict)]
    assert len(done) == 4
    upload.refresh_from_db()
    assert (upload.state, upload.batch) == ("applied", ImportBatch.objects.get())
    assert Borrower.objects.count() == 2
    assert Event.objects.filter(verb="upload.applied").count() == 1


def test_a_job_that_cannot_even_ask_lets_go_of_its_lock(
    own_database: str, settings: Settings, tmp_path: Path
) -> None:
    settings.VAR_DIR = tmp_path
    the_lender()
    at_noon()
    boss = a_user(role="supervisor")
    upload = checked(the_book(), by=boss)
    import_uploads.ask_to_apply(upload, by=boss)
    with psycopg.connect(databases.url(own_database)) as other:
        other.execute("LOCK TABLE borrowers_upload IN ACCESS EXCLUSIVE MODE")
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '50ms'")
        with pytest.raises(OperationalError):
            import_jobs.apply(upload.pk, lambda loans: 0)
        lock = [import_jobs.AT_WORK, upload.pk]
        assert other.execute("SELECT pg_try_advisory_lock(%s, %s)", lock).fetchone() == (True,)
