"""The gate: one transaction in which a batch is locked, judged, worded and written down, before the first byte.

Locks are taken in the house order, each for the whole batch: sending, borrowers, contact points,
reminders. A crash before the commit undoes everything; after it, an attempt is on file for every text.
"""

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import DatabaseError, connection, transaction

from borrowers.models import Loan
from borrowers.services import arrears
from collections_site.lib import clock
from collections_site.lib.decision import Decision, Reason
from messaging import facts as gather
from messaging import locks
from messaging import ways as batch_ways
from messaging.facts import Candidate
from messaging.models import Reminder, Sender
from messaging.policies import contact
from messaging.policies.candidate import Facts
from messaging.policies.rulebook import Rulebook
from messaging.services import compose, decisions, planning, queue
from messaging.services.compose import CannotWord, Outgoing
from messaging.states import BOUND_KINDS, ReminderState
from messaging.ways import Ways

logger = logging.getLogger(__name__)
WALL = "CW001"  # the SQLSTATE of every wall
ERRORS_ALLOWED = 3
ASK_AGAIN = timedelta(minutes=15)


@dataclass(slots=True)
class Batch:
    """What one gate let through, and what it did with the rest."""

    sender: Sender | None
    outgoing: list[Outgoing] = field(default_factory=list)
    looked_at: list[int] = field(default_factory=list)
    busy: list[int] = field(default_factory=list)
    counts: "Counter[str]" = field(default_factory=Counter)


@transaction.atomic
def open_for(sender: Sender | None, size: int, *, except_ids: Sequence[int] = ()) -> Batch:
    """Take up to ``size`` due reminders of a sender's countries through the gate.

    ``None`` stands for numbers that no sender serves. Whoever is being worked on elsewhere is left
    out and named in ``busy``. After the commit every ``outgoing`` text has its attempt on file.
    """
    locks.sending_shared()
    at = clock.now()
    ways = batch_ways.load(at)
    batch = Batch(sender)
    batch.looked_at = queue.due(ways, sender, size, except_ids)
    if not batch.looked_at:
        return batch
    reminders = queue.lock(batch.looked_at)
    batch.busy = sorted(set(batch.looked_at) - {one.pk for one in reminders})
    late = [one for one in reminders if one.expires_at <= at]
    queue.close(late, ReminderState.EXPIRED, at)
    batch.counts["expired"] += len(late)
    alive = [one for one in reminders if one.expires_at > at]
    texts = _plain(alive, ways, batch) + _bound(alive, ways, batch)
    batch.outgoing = _through_the_walls(_one_a_phone(texts), ways, batch)
    return batch


def _bound(reminders: Sequence[Reminder], ways: Ways, batch: Batch) -> list[Outgoing]:
    """Ask the policy again about reminders of a loan, and word those that may go now."""
    rows = {one.pk: one for one in reminders if one.kind in BOUND_KINDS}
    business_on = ways.at.astimezone(ZoneInfo(ways.lender.time_zone)).date()
    _refresh([one.loan_id for one in rows.values() if one.loan_id], business_on, ways.at)
    texts: list[Outgoing] = []
    log: list[decisions.Row] = []
    for candidate in gather.waiting(ways, list(rows), business_on=business_on, at=ways.at):
        reminder = rows[candidate.reminder_id or 0]
        decision = contact.decide(candidate.facts, ways.rulebook, at=ways.at)
        if decision.answer == "now":
            decision = closing_soon(candidate.facts, ways.rulebook, ways.at) or decision
        if decision.answer == "now":
            try:
                texts.append(compose.reminder(reminder, candidate, ways))
            except CannotWord as error:
                if error.reason is None:
                    _count_error(reminder, str(error), ways.at, batch)
                    continue
                decision = Decision("never", None, (error.reason,))
        if decision.answer == "now" or _differs(reminder, decision):
            log.append(_log(reminder, candidate, decision, ways))
        if decision.answer != "now":
            _put_off(reminder, decision, ways, batch)
    decisions.write(log)
    gone = set(rows) - {text.reminder_id for text in texts}
    batch.counts["cancelled"] += len(
        Reminder.objects.filter(pk__in=gone, state=ReminderState.CANCELLED).values_list("pk")
    )
    return texts


def _refresh(loan_ids: Sequence[int], business_on: object, at: datetime) -> None:
    """Arrears of an earlier business date are brought up to today's, and what they settle is cancelled."""
    stale = Loan.objects.filter(pk__in=loan_ids, arrears_on__lt=business_on)
    ids = list(stale.values_list("pk", flat=True))
    if ids:
        changed = arrears.recompute(ids, on=business_on, cause="new day", at=at)  # type: ignore[arg-type]
        planning.cancel_settled(changed)


def closing_soon(facts: Facts, rulebook: Rulebook, at: datetime) -> Decision | None:
    """A text that could still be under way when the window closes waits for the next one."""
    closes = rulebook.open_until(at, facts.zones, facts.jurisdictions)
    if compose.valid_seconds(closes, at) >= compose.LEAST_VALID:
        return None
    opens = rulebook.next_open(closes, facts.zones, facts.jurisdictions)
    values = {"until": f"{closes.astimezone(ZoneInfo(facts.zones[0])):%H:%M}"}
    return Decision("wait", opens, (Reason("expiry_window", values, "", opens),))


def _plain(reminders: Sequence[Reminder], ways: Ways, batch: Batch) -> list[Outgoing]:
    """Acknowledgements, replies and tests: not bound by hours and caps, only by their own walls."""
    texts = []
    for one in reminders:
        if one.kind in BOUND_KINDS:
            continue
        try:
            text = compose.plain(one, ways)
        except CannotWord as error:
            if error.reason:
                _put_off(one, Decision("never", None, (error.reason,)), ways, batch)
            else:
                _count_error(one, str(error), ways.at, batch)
            continue
        if ways.may_carry(text.wording_id, text.provider):
            texts.append(text)
        else:
            why = Reason("not_registered", {"provider": text.provider})
            _put_off(one, Decision("never", None, (why,)), ways, batch)
    return texts


def _one_a_phone(texts: Sequence[Outgoing]) -> list[Outgoing]:
    """At most one text a phone and a person in a batch; the others are judged after it, in the next."""
    seen: set[tuple[str, int | None]] = set()
    chosen = []
    for text in texts:
        keys = {("phone", text.contact_point_id), ("person", text.borrower_id)} - {("person", None)}
        if not keys & seen:
            chosen.append(text)
            seen |= keys
    return chosen


def _through_the_walls(texts: list[Outgoing], ways: Ways, batch: Batch) -> list[Outgoing]:
    """Write reminders and attempts. Whatever a wall still refuses is taken out, counted and put off."""
    while texts:
        try:
            with transaction.atomic():
                queue.submit(texts)
                refused = _try_attempts(texts)
                if refused:
                    raise _Refused(refused)
        except _Refused as walls:
            texts = _without(texts, walls.why, ways, batch)
            continue
        batch.counts["submitted"] += len(texts)
        return texts
    return texts


def _try_attempts(texts: Sequence[Outgoing]) -> dict[int, str]:
    """Insert the attempts; when a wall refuses, answer which reminders and why."""
    try:
        with transaction.atomic():
            queue.attempt(texts)
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", None) != WALL:
            raise
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM refusals(%s)", [[text.reminder_id for text in texts]])
            named = dict(cursor.fetchall())
        # A wall outside refusals() speaks of the row it stopped at, or of the whole batch.
        return named or {text.reminder_id: str(error).splitlines()[0] for text in texts}
    return {}


class _Refused(Exception):
    def __init__(self, why: dict[int, str]) -> None:
        super().__init__(why)
        self.why = why


def _without(
    texts: list[Outgoing], refused: dict[int, str], ways: Ways, batch: Batch
) -> list[Outgoing]:
    logger.error("policy and wall disagreed", extra={"refused": refused})
    batch.counts["refused_by_wall"] += len(refused)
    for reminder in Reminder.objects.filter(pk__in=refused):
        _count_error(reminder, refused[reminder.pk], ways.at, batch)
    return [text for text in texts if text.reminder_id not in refused]


def _count_error(reminder: Reminder, why: str, at: datetime, batch: Batch) -> None:
    """Put off a reminder that could not be made or was refused; the third time it is quarantined."""
    errors = reminder.errors + 1
    out = errors >= ERRORS_ALLOWED
    reasons = [{"code": "quarantined", "values": {"why": why}, "rule": "", "until": None}]
    Reminder.objects.filter(pk=reminder.pk).update(
        errors=errors,
        due_at=at + ASK_AGAIN,
        answer="never" if out else "wait",
        reasons=reasons,
        state=ReminderState.WITHHELD if out else ReminderState.SCHEDULED,
        closed_at=at if out else None,
    )
    batch.counts["quarantined" if out else "put_off"] += 1


def _put_off(reminder: Reminder, decision: Decision, ways: Ways, batch: Batch) -> None:
    state, due_at = planning.standing(decision, reminder.expires_at, at=ways.at)
    Reminder.objects.filter(pk=reminder.pk).update(
        state=state,
        due_at=due_at,
        answer=decision.answer,
        reasons=decision.as_rows(),
        closed_at=None if state == ReminderState.SCHEDULED else ways.at,
    )
    batch.counts["waiting" if state == ReminderState.SCHEDULED else state] += 1


def _differs(reminder: Reminder, decision: Decision) -> bool:
    """Whether the answer or the reasons' codes are news since the last decision written."""
    before = [reason["code"] for reason in reminder.reasons]
    return (reminder.answer, before) != (decision.answer, [one.code for one in decision.reasons])


def _log(reminder: Reminder, candidate: Candidate, decision: Decision, ways: Ways) -> decisions.Row:
    return decisions.row(
        reminder.pk,
        candidate.facts,
        decision,
        stage="send",
        rulebook=ways.rulebook_version,
        at=ways.at,
    )
