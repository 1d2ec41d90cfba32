"""Plan a business day: every loan with a step due today becomes one reminder, with the reason why or why not."""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.db import connection, transaction

from borrowers.models import Lender
from borrowers.services import arrears
from collections_site.audit import services as audit
from collections_site.lib import clock
from collections_site.lib.decision import Decision
from messaging import facts as gather
from messaging import ways as batch_ways
from messaging.facts import Candidate
from messaging.models import Run, Strategy
from messaging.policies import contact
from messaging.services import decisions
from messaging.states import ReminderState
from messaging.ways import Ways

PLANNING_LOCK = 4202
ASK_AGAIN = timedelta(minutes=15)
CHUNK = 2000
COPY = """COPY messaging_reminder (id, kind, state, run_id, template_id, borrower_id, loan_id, instalment_id,
  instalment_due_on, touch, step_on, due_at, expires_at, created_at, answer, reasons, errors, closed_at) FROM STDIN"""

Row = tuple[Any, ...]


def plan(*, by: User | None = None) -> list[Run]:
    """Plan what is due on today's business date, for every live strategy.

    May run as often as one likes: a touch that has a reminder gets no second one. A run is made only
    when there is something to plan. Raises Lender.DoesNotExist before the lender is set up.
    """
    bring_up()
    runs = []
    for strategy in Strategy.objects.filter(live=True).order_by("code"):
        with transaction.atomic():
            if run := _plan_strategy(strategy, by):
                runs.append(run)
    return runs


def _plan_strategy(strategy: Strategy, by: User | None) -> Run | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [PLANNING_LOCK])
    at = clock.now()
    ways = batch_ways.load(at)
    business_on = at.astimezone(ZoneInfo(ways.lender.time_zone)).date()
    candidates = gather.due_today(ways, strategy.pk, business_on=business_on, at=at)
    run, digest = None, sha256()
    while some := list(islice(candidates, CHUNK)):
        run = run or Run.objects.create(strategy=strategy, business_on=business_on, at=at, by=by)
        run.candidates += len(some)
        digest.update(_write(some, run, ways))
    if run is None:
        return None
    run.digest = digest.hexdigest()
    run.save(update_fields=["candidates", "digest"])
    audit.record(
        "run.planned", run, by=by, after={"candidates": run.candidates, "digest": run.digest}
    )
    return run


def _write(candidates: Sequence[Candidate], run: Run, ways: Ways) -> bytes:
    """Decide some candidates, and write their reminders and decisions by COPY; answer what was decided."""
    ids = _new_ids(len(candidates))
    reminders, log = [], []
    for reminder_id, candidate in zip(ids, candidates, strict=True):
        decision = contact.decide(candidate.facts, ways.rulebook, at=ways.at)
        reminders.append(_reminder(reminder_id, candidate, decision, run, ways))
        log.append(
            decisions.row(
                reminder_id,
                candidate.facts,
                decision,
                stage="plan",
                rulebook=ways.rulebook_version,
                at=ways.at,
            )
        )
    with connection.cursor() as cursor, cursor.copy(COPY) as copy:
        for row in reminders:
            copy.write_row(row)
    decisions.write(log)
    return "\n".join(f"{row[6]} {row[9]} {row[2]}" for row in reminders).encode()


def _reminder(
    reminder_id: int, candidate: Candidate, decision: Decision, run: Run, ways: Ways
) -> Row:
    facts = candidate.facts
    expires_at = expiry(facts.zones or (ways.lender.time_zone,), run.business_on, facts.offset or 0)
    state, due_at = standing(decision, expires_at, at=ways.at)
    return (
        reminder_id,
        facts.kind,
        state,
        run.pk,
        candidate.template_id,
        facts.borrower_id,
        facts.loan_id,
        candidate.instalment_id,
        candidate.due_on,
        f"due{facts.offset:+d}",
        facts.step_on,
        due_at,
        expires_at,
        ways.at,
        decision.answer,
        json.dumps(decision.as_rows()) if decision.reasons else "[]",
        0,
        None if state == ReminderState.SCHEDULED else ways.at,
    )


def standing(decision: Decision, expires_at: datetime, *, at: datetime) -> tuple[str, datetime]:
    """The state a decision puts a reminder in, and when to ask again.

    A wait that ends at or after the expiry ends as expired; ``withheld`` is for rules that forbid.
    """
    if decision.answer == "never":
        return ReminderState.WITHHELD, at
    due_at = at if decision.answer == "now" else decision.until or at + ASK_AGAIN
    if due_at >= expires_at:
        return ReminderState.EXPIRED, at
    return ReminderState.SCHEDULED, due_at


def expiry(zones: Iterable[str], step_on: date, offset: int) -> datetime:
    """The end of the step's local day in the earliest zone; a day later for steps after the due day."""
    day = step_on + timedelta(days=2 if offset > 0 else 1)
    return min(
        datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(ZoneInfo("UTC"))
        for zone in zones
    )


def bring_up() -> int:
    """Bring the arrears that a day has overtaken up to the business date; answer of how many loans.

    A chunk a transaction: what is done stays done. Raises Lender.DoesNotExist before the lender is set up.
    """
    done = 0
    while True:
        at = clock.now()
        on = at.astimezone(ZoneInfo(Lender.objects.get().time_zone)).date()
        loans = arrears.overtaken(on, most=CHUNK)
        if not loans:
            return done
        with transaction.atomic():
            cancel_settled(arrears.recompute(loans, on=on, cause="new day", at=at))
        done += len(loans)


def cancel_settled(loan_ids: Iterable[int]) -> int:
    """Cancel what is scheduled for instalments that are paid, withdrawn or moved; answer how many.

    Call it with the loans that a payment or an import changed, in the same transaction.
    """
    ids = list(loan_ids)
    if not ids:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE messaging_reminder r SET state = 'cancelled', closed_at = site_now()"
            " FROM borrowers_loan l WHERE l.id = r.loan_id AND r.loan_id = ANY(%s) AND r.state = 'scheduled'"
            " AND r.kind IN ('step', 'one_off')"
            " AND (l.status <> 'active' OR coalesce(l.overdue_since, l.next_due_on) IS DISTINCT FROM r.instalment_due_on)",
            [ids],
        )
        return int(cursor.rowcount)


def _new_ids(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval('messaging_reminder_id_seq') FROM generate_series(1, %s)", [count]
        )
        return [row[0] for row in cursor.fetchall()]
