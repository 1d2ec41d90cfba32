"""Everything known of the candidates for a text, in one query; frozen, for the policy to judge.

The same columns serve the planner (a day's candidates), the gate (a batch about to be sent) and the
pages that ask about people; they differ only in where the candidates come from.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import psycopg
from django.db import connection

from collections_site.lib.decision import Reason
from messaging import filling
from messaging.policies.candidate import ContactFact, Facts, HoldFact
from messaging.ways import Ways

# A loan that is held back by itself lets the person's other loans go first.
HELD = """EXISTS (SELECT 1 FROM borrowers_hold g WHERE g.loan_id = l.id AND g.lifted_at IS NULL
            AND g.from_at <= %(at)s AND (g.till_at IS NULL OR g.till_at > %(at)s))"""

# Loans with a step of the ladder due on a business date, whether planned already or not: the person's
# turn goes to the most days late, then the largest amount, then the lowest reference.
DUE_TODAY = f"""
  SELECT NULL::bigint AS reminder_id, NULL::bigint AS run_id, 'step' AS kind, d.step_offset,
         %(business_on)s::date AS step_on, d.template_id, d.borrower_id, d.loan_id, d.due_on, d.turn_ref
  FROM (
    SELECT s.offset AS step_offset, s.template_id, l.borrower_id, l.id AS loan_id,
           coalesce(l.overdue_since, l.next_due_on) AS due_on,
           first_value(l.loan_ref) OVER (PARTITION BY l.borrower_id ORDER BY {HELD}, l.overdue_since NULLS LAST,
             CASE WHEN l.overdue_amount > 0 THEN l.overdue_amount ELSE l.next_due_amount END DESC, l.loan_ref) AS turn_ref
    FROM messaging_step s JOIN borrowers_loan l ON l.status = 'active' AND (
      s.offset > 0 AND l.overdue_since = %(business_on)s::date - s.offset
      OR s.offset <= 0 AND l.overdue_since IS NULL AND l.next_due_on = %(business_on)s::date - s.offset)
    WHERE s.strategy_id = %(strategy_id)s
  ) d
  WHERE NOT EXISTS (
    SELECT 1 FROM messaging_reminder r JOIN borrowers_instalment i ON i.id = r.instalment_id
    WHERE r.kind = 'step' AND r.loan_id = d.loan_id AND r.touch = 'due' || to_char(d.step_offset, 'SGFM990')
      AND (r.instalment_due_on = d.due_on AND r.state <> 'cancelled'
           OR r.state = 'submitted' AND i.due_on = d.due_on AND abs(r.instalment_due_on - d.due_on) <= 7))
"""

# Reminders that wait, by id. Another loan of the person goes first when it is due the same day and
# has been texted or ranks before.
WAITING = f"""
  SELECT r.id AS reminder_id, r.run_id, r.kind, substr(r.touch, 4)::int AS step_offset, r.step_on,
         r.template_id, r.borrower_id, r.loan_id, r.instalment_due_on AS due_on,
         (SELECT l.loan_ref FROM messaging_reminder o JOIN borrowers_loan l ON l.id = o.loan_id
          WHERE o.borrower_id = r.borrower_id AND o.step_on = r.step_on AND o.state IN ('scheduled', 'submitted')
          ORDER BY o.state = 'submitted' DESC, {HELD}, l.overdue_since NULLS LAST,
            CASE WHEN l.overdue_amount > 0 THEN l.overdue_amount ELSE l.next_due_amount END DESC, l.loan_ref
          LIMIT 1) AS turn_ref
  FROM messaging_reminder r WHERE r.id = ANY(%(ids)s) AND r.state = 'scheduled'
"""

# Of each of these people the loan that would be spoken of if a text went out now.
PEOPLE = f"""
  SELECT DISTINCT ON (l.borrower_id)
         NULL::bigint AS reminder_id, NULL::bigint AS run_id, 'one_off' AS kind, NULL::int AS step_offset,
         NULL::date AS step_on, NULL::bigint AS template_id, l.borrower_id, l.id AS loan_id,
         coalesce(l.overdue_since, l.next_due_on) AS due_on, l.loan_ref AS turn_ref
  FROM borrowers_loan l WHERE l.borrower_id = ANY(%(people)s)
  ORDER BY l.borrower_id, l.status = 'active' DESC, {HELD}, l.overdue_since NULLS LAST, l.overdue_amount DESC,
           l.next_due_on NULLS LAST, l.loan_ref
"""

# Given loans, each with the step and day it is looked at for.
OF_LOANS = """
  SELECT NULL::bigint AS reminder_id, NULL::bigint AS run_id, 'step' AS kind, u.step_offset, u.step_on,
         %(template_id)s::bigint AS template_id, l.borrower_id, l.id AS loan_id,
         coalesce(l.overdue_since, l.next_due_on) AS due_on, l.loan_ref AS turn_ref
  FROM unnest(%(loans)s::bigint[], %(offsets)s::int[], %(days)s::date[]) AS u(loan_id, step_offset, step_on)
  JOIN borrowers_loan l ON l.id = u.loan_id
"""

QUERY = """
WITH candidate AS MATERIALIZED ({source})
SELECT c.reminder_id, c.run_id, c.kind, c.step_offset, c.step_on, c.template_id,
  b.id, b.full_name, b.language, b.borrower_ref,
  l.id, l.loan_ref, l.version, l.currency, l.status,
  CASE WHEN %(business_on)s::date BETWEEN l.arrears_on AND coalesce(l.arrears_until, 'infinity') THEN %(business_on)s::date
    ELSE l.arrears_on END, l.data_as_of,
  l.absent_since IS NULL AND b.absent_since IS NULL,
  CASE WHEN l.overdue_amount > 0 THEN l.overdue_amount ELSE l.next_due_amount END,
  coalesce(l.overdue_since, l.next_due_on), i.id, i.number, c.due_on,
  p.id, p.phone, p.country, p.zones, p.jurisdictions, coalesce(n.relation, 'none'),
  h.kinds, h.scopes, h.tills, k.given, t.at, t.loans, t.person, t.number, t.calls,
  EXISTS (SELECT 1 FROM messaging_attempt o WHERE o.contact_point_id = p.id AND o.state IN ('submitting', 'unknown')),
  CASE WHEN c.turn_ref <> l.loan_ref THEN c.turn_ref END, l.product
FROM candidate c
JOIN borrowers_loan l ON l.id = c.loan_id
JOIN borrowers_borrower b ON b.id = c.borrower_id
LEFT JOIN borrowers_instalment i ON i.loan_id = l.id
  AND i.number = CASE WHEN l.overdue_amount > 0 THEN l.overdue_number ELSE l.next_number END
LEFT JOIN LATERAL (
  SELECT m.contact_point_id, m.relation FROM borrowers_borrowernumber m
  WHERE m.borrower_id = c.borrower_id AND m.till_at IS NULL
  ORDER BY m.relation = 'not_own', m.verified_on DESC NULLS LAST, m.id DESC LIMIT 1) n ON true
LEFT JOIN borrowers_contactpoint p ON p.id = n.contact_point_id
LEFT JOIN LATERAL (
  SELECT array_agg(a.kind) AS kinds, array_agg(a.scope) AS scopes, array_agg(a.till_at) AS tills FROM (
    SELECT kind, 'person' AS scope, from_at, till_at FROM borrowers_hold WHERE borrower_id = c.borrower_id AND lifted_at IS NULL
    UNION ALL SELECT kind, 'number', from_at, till_at FROM borrowers_hold WHERE contact_point_id = p.id AND lifted_at IS NULL
    UNION ALL SELECT kind, 'loan', from_at, till_at FROM borrowers_hold WHERE loan_id = c.loan_id AND lifted_at IS NULL) a
  WHERE a.from_at <= %(at)s AND (a.till_at IS NULL OR a.till_at > %(at)s)) h ON true
LEFT JOIN LATERAL (
  SELECT q.given FROM borrowers_consent q WHERE q.borrower_id = c.borrower_id AND q.contact_point_id = p.id
  ORDER BY q.at DESC, q.id DESC LIMIT 1) k ON true
LEFT JOIN LATERAL (
  SELECT array_agg(o.at) AS at, array_agg(o.loan_id) AS loans, array_agg(o.borrower_id = c.borrower_id) AS person,
         array_agg(o.contact_point_id = p.id) AS number, array_agg(o.call) AS calls
  FROM (
    SELECT a.submitted_at AS at, a.loan_id, a.borrower_id, a.contact_point_id, false AS call
    FROM (SELECT * FROM messaging_attempt x WHERE x.borrower_id = c.borrower_id AND x.submitted_at > %(at)s - interval '31 days'
          UNION SELECT * FROM messaging_attempt y WHERE y.contact_point_id = p.id AND y.submitted_at > %(at)s - interval '31 days') a
    WHERE a.kind IN ('step', 'one_off') AND a.state IN ('submitting', 'accepted', 'unknown', 'presumed_lost')
    UNION ALL
    SELECT v.at, NULL, v.borrower_id, v.contact_point_id, true
    FROM (SELECT * FROM borrowers_call x WHERE x.borrower_id = c.borrower_id AND x.at > %(at)s - interval '31 days'
          UNION SELECT * FROM borrowers_call y WHERE y.contact_point_id = p.id AND y.at > %(at)s - interval '31 days') v) o) t ON true
"""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One person, loan and number that may be texted: the facts, and what a text would be made of."""

    reminder_id: int | None
    run_id: int | None
    template_id: int
    borrower_ref: str
    full_name: str
    language: str
    loan_ref: str
    loan_version: int
    currency: str
    due_on: date | None
    instalment_id: int | None
    instalment_number: int | None
    phone: str
    product: str
    facts: Facts


def due_today(
    ways: Ways, strategy_id: int, *, business_on: date, at: datetime
) -> Iterator[Candidate]:
    """The loans with a step of this ladder due on ``business_on`` that have no reminder for it yet."""
    values = {"strategy_id": strategy_id, "at": at}
    return _gather(DUE_TODAY, values, ways, business_on)


def waiting(
    ways: Ways, reminder_ids: Sequence[int], *, business_on: date, at: datetime
) -> list[Candidate]:
    """The facts of reminders that speak of a loan, by reminder id."""
    values = {"ids": list(reminder_ids), "at": at}
    return list(_gather(WAITING, values, ways, business_on))


def people(
    ways: Ways, borrower_ids: Sequence[int], *, business_on: date, at: datetime
) -> list[Candidate]:
    """The facts of the text that each of these people would get now, by id; whoever has no loan on
    file is left out.
    """
    values = {"people": list(borrower_ids), "at": at}
    return list(_gather(PEOPLE, values, ways, business_on))


def of_loans(
    ways: Ways,
    template_id: int,
    steps: Sequence[tuple[int, int, date]],
    *,
    business_on: date,
    at: datetime,
) -> list[Candidate]:
    """The facts of some loans as a template would speak of them: loan id, step's offset, step's day."""
    loans, offsets, days = map(list, zip(*steps, strict=True)) if steps else ([], [], [])
    values = {
        "template_id": template_id,
        "loans": loans,
        "offsets": offsets,
        "days": days,
        "at": at,
    }
    return list(_gather(OF_LOANS, values, ways, business_on))


def _gather(
    source: str, values: dict[str, Any], ways: Ways, business_on: date
) -> Iterator[Candidate]:
    # Binary results: reading instants from text is the dearest part of a day's candidates otherwise.
    connection.ensure_connection()
    with psycopg.Cursor(connection.connection) as cursor:
        asked = {**values, "business_on": business_on}
        cursor.execute(QUERY.format(source=source).encode(), asked, binary=True)
        while rows := cursor.fetchmany(2000):
            for row in rows:
                yield _candidate(row, ways, business_on)


def _candidate(row: tuple[Any, ...], ways: Ways, business_on: date) -> Candidate:
    (
        reminder_id, run_id, kind, offset, step_on, template_id,
        borrower_id, full_name, language, borrower_ref,
        loan_id, loan_ref, version, currency, status, arrears_on, data_as_of, in_latest_file,
        owed, owed_on, instalment_id, number, due_on,
        contact_point_id, phone, country, zones, jurisdictions, relation,
        hold_kinds, hold_scopes, hold_tills, consent, at_times, of_loan, to_person, to_number, by_call,
        open_question, other_loan_ref, product,
    ) = row  # fmt: skip
    places = tuple(jurisdictions or ())
    template = template_id or ways.template_for(due_on, business_on, product)
    # An instalment that is no longer the one owed has been paid or moved: there is nothing to say of it.
    amount: Decimal | None = owed if owed > 0 and owed_on == due_on else None
    route = ways.route(country or "")
    wording = ways.wording_id(template, language, places, product)
    facts = Facts(
        borrower_id=borrower_id,
        loan_id=loan_id,
        contact_point_id=contact_point_id,
        kind=kind,
        offset=offset,
        step_on=step_on,
        business_on=business_on,
        amount=amount,
        loan_status=status,
        arrears_on=arrears_on,
        data_as_of=data_as_of,
        in_latest_file=in_latest_file,
        holds=tuple(map(HoldFact, hold_kinds, hold_scopes, hold_tills)) if hold_kinds else (),
        consent={True: "given", False: "withdrawn", None: "none"}[consent],
        relation=relation,
        country=country or "",
        zones=tuple(zones or ()),
        jurisdictions=places,
        contacts=tuple(map(ContactFact, at_times, of_loan, to_person, to_number, by_call))
        if at_times
        else (),
        open_question=open_question,
        stopped=ways.stopped(run_id, route.provider),
        wording_id=wording,
        sender=route.provider,
        provider_refuses=route.refuses,
        other_loan_ref=other_loan_ref,
        registered=ways.may_carry(wording, route.provider),
        lacking=_lacking(wording, ways, loan_ref, number),
    )
    return Candidate(
        reminder_id, run_id, template, borrower_ref, full_name, language, loan_ref, version,
        currency, due_on, instalment_id, number, phone or "",
        product, facts,
    )  # fmt: skip


def _lacking(wording: int | None, ways: Ways, loan_ref: str, number: int | None) -> Reason | None:
    """What the text needs and cannot say, as far as that is known before it is made."""
    if wording is None:
        return None
    chosen = ways.wordings[wording]
    return filling.lacking(
        chosen.placeholders,
        lender=ways.lender_name(chosen.language),
        contact=ways.lender.contact_line,
        loan_ref=loan_ref,
        instalment=number,
    )
