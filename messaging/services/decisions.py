"""Write down what the policy answered, and from which facts."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from collections_site.lib.decision import Decision
from messaging.policies.candidate import Facts

COPY = """COPY messaging_decision
  (reminder_id, borrower_id, loan_id, stage, answer, codes, reasons, until, facts, rulebook, at) FROM STDIN"""

Row = tuple[Any, ...]


def row(
    reminder_id: int, facts: Facts, decision: Decision, *, stage: str, rulebook: str, at: datetime
) -> Row:
    """One row of the decision log, for ``write``."""
    return (
        reminder_id,
        facts.borrower_id,
        facts.loan_id,
        stage,
        decision.answer,
        [reason.code for reason in decision.reasons],
        json.dumps(decision.as_rows()) if decision.reasons else "[]",
        decision.until,
        as_json(facts),
        rulebook,
        at,
    )


def write(rows: Iterable[Sequence[Any]]) -> None:
    """Append rows by COPY, the way thousands go in at once."""
    with connection.cursor() as cursor, cursor.copy(COPY) as copy:
        for one in rows:
            copy.write_row(one)


def as_json(facts: Facts) -> str:
    """The facts as ids, codes, times and amounts; there is no name, number or text among them."""
    return json.dumps(
        {
            "contact_point": facts.contact_point_id,
            "kind": facts.kind,
            "offset": facts.offset,
            "step_on": _iso(facts.step_on),
            "business_on": _iso(facts.business_on),
            "amount": str(facts.amount) if facts.amount is not None else None,
            "loan_status": facts.loan_status,
            "arrears_on": _iso(facts.arrears_on),
            "data_as_of": _iso(facts.data_as_of),
            "in_latest_file": facts.in_latest_file,
            "holds": [[hold.kind, hold.scope, _iso(hold.till)] for hold in facts.holds],
            "consent": facts.consent,
            "relation": facts.relation,
            "country": facts.country,
            "zones": facts.zones,
            "jurisdictions": facts.jurisdictions,
            "contacts": [
                [_iso(one.at), one.loan_id, one.same_person, one.same_number]
                for one in facts.contacts
            ],
            "open_question": facts.open_question,
            "stopped": facts.stopped,
            "wording": facts.wording_id,
            "lacking": [facts.lacking.code, facts.lacking.values["name"]]
            if facts.lacking
            else None,
            "sender": facts.sender,
            "provider_refuses": facts.provider_refuses,
            "other_loan": facts.other_loan_ref,
        }
    )


def _iso(moment: Any) -> str | None:
    return moment.isoformat() if moment is not None else None
