"""What became of the texts of a wording: arrived, answered, stopped, complained of, paid for."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from collections_site.lib import clock
from messaging.models import Wording

FOLLOWS = timedelta(days=7)  # an answer belongs to the last text of the week before it

SENT = """
SELECT r.wording_id, s.currency, count(*), count(*) FILTER (WHERE a.delivery = 'delivered'), sum(a.cost)
FROM messaging_reminder r
JOIN messaging_attempt a ON a.reminder_id = r.id
JOIN messaging_sender s ON s.id = a.sender_id
WHERE r.wording_id = ANY(%(wordings)s) AND r.kind <> 'test' AND a.submitted_at >= %(since)s
  AND a.state IN ('submitting', 'accepted', 'unknown', 'presumed_lost')
GROUP BY 1, 2
"""
# A STOP lies on the number and on everybody who lives on it: the number's is counted. A complaint is
# taken on a person, a loan or a number.
FOLLOWED = """
WITH mark AS (
  SELECT 'replies' AS kind, y.contact_point_id, NULL::bigint AS borrower_id, y.at
  FROM messaging_reply y WHERE y.at >= %(since)s AND y.contact_point_id IS NOT NULL
  UNION ALL
  SELECT 'opt_outs', h.contact_point_id, NULL, h.from_at
  FROM borrowers_hold h WHERE h.kind = 'opt_out' AND h.from_at >= %(since)s AND h.contact_point_id IS NOT NULL
  UNION ALL
  SELECT 'complaints', h.contact_point_id, coalesce(h.borrower_id, l.borrower_id), h.from_at
  FROM borrowers_hold h LEFT JOIN borrowers_loan l ON l.id = h.loan_id
  WHERE h.kind = 'complaint' AND h.from_at >= %(since)s)
SELECT r.wording_id, m.kind, count(*)
FROM mark m
CROSS JOIN LATERAL (
  SELECT n.reminder_id FROM (
    (SELECT a.reminder_id, a.submitted_at FROM messaging_attempt a
     WHERE a.contact_point_id = m.contact_point_id AND {before}
     ORDER BY a.submitted_at DESC LIMIT 1)
    UNION ALL
    (SELECT a.reminder_id, a.submitted_at FROM messaging_attempt a
     WHERE a.borrower_id = m.borrower_id AND {before}
     ORDER BY a.submitted_at DESC LIMIT 1)) n
  ORDER BY n.submitted_at DESC LIMIT 1) last
JOIN messaging_reminder r ON r.id = last.reminder_id
WHERE r.wording_id = ANY(%(wordings)s)
GROUP BY 1, 2
"""
BEFORE = """a.submitted_at <= m.at AND a.submitted_at > m.at - %(follows)s AND a.submitted_at >= %(since)s
  AND a.kind NOT IN ('test', 'acknowledgement') AND a.state IN ('submitting', 'accepted', 'unknown', 'presumed_lost')"""


@dataclass(frozen=True, slots=True)
class Results:
    """Counts of texts and of what followed them; rates have ``sent`` below the line.

    ``cost`` is in ``currency``, that of most texts; other currencies stand in ``elsewhere``.
    """

    sent: int = 0
    delivered: int = 0
    replies: int = 0
    opt_outs: int = 0
    complaints: int = 0
    cost: Decimal = Decimal(0)
    currency: str = ""
    elsewhere: dict[str, Decimal] = field(default_factory=dict)


def results(wordings: Iterable[Wording], *, days: int = 30) -> dict[int, Results]:
    """By wording id, what became of its texts of the last ``days`` days, in two queries in all.

    A text counts as sent when it left or may have left; tests do not count. A reply, an opt-out or a
    complaint belongs to the last text to that number or person, if it is of the week before; an
    acknowledgement is no such text. Every wording asked for has an entry.
    """
    ids = [one.pk for one in wordings]
    found = {pk: Results() for pk in ids}
    if not ids:
        return found
    since = clock.now() - timedelta(days=days)
    sent, followed = _read(ids, since)
    for pk, currency, texts, delivered, cost in sent:  # the currency of most texts comes last
        found[pk] = _with(found[pk], currency, texts, delivered, cost)
    for pk, kind, count in followed:
        counts: dict[str, Any] = {kind: count}
        found[pk] = replace(found[pk], **counts)
    return found


def _read(
    ids: list[int], since: datetime
) -> tuple[list[tuple[Any, ...]], list[tuple[int, str, int]]]:
    asked: dict[str, Any] = {"wordings": ids, "since": since, "follows": FOLLOWS}
    with connection.cursor() as cursor:
        cursor.execute(SENT, asked)
        sent = sorted(cursor.fetchall(), key=lambda row: (row[2], row[1]))
        cursor.execute(FOLLOWED.format(before=BEFORE), asked)
        return sent, cursor.fetchall()


def _with(before: Results, currency: str, texts: int, delivered: int, cost: Decimal) -> Results:
    elsewhere = dict(before.elsewhere)
    if before.currency:
        elsewhere[before.currency] = before.cost
    return replace(
        before,
        sent=before.sent + texts,
        delivered=before.delivered + delivered,
        cost=cost,
        currency=currency,
        elsewhere=elsewhere,
    )
