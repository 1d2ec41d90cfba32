"""A candidate whom nothing forbids to text, for tests that change one thing about it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from messaging.data import rulebook_limits
from messaging.policies.contact import ContactFact, Facts, decide
from messaging.policies.rulebook import Rulebook

BOOK = Rulebook(rulebook_limits())
SHANGHAI = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 12, tzinfo=SHANGHAI)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MINUTES_15 = timedelta(minutes=15)

FINE = Facts(
    borrower_id=1,
    loan_id=10,
    contact_point_id=100,
    kind="step",
    offset=7,
    step_on=TODAY,
    business_on=TODAY,
    amount=Decimal("860.00"),
    loan_status="active",
    arrears_on=TODAY,
    data_as_of=NOON - 5 * HOUR,
    in_latest_file=True,
    holds=(),
    consent="given",
    relation="own",
    country="CN",
    zones=("Asia/Shanghai",),
    jurisdictions=("CN",),
    contacts=(),
    open_question=False,
    stopped=None,
    wording_id=5,
    sender="gateway",
    provider_refuses=None,
    other_loan_ref=None,
)


def texted(
    at: datetime, loan_id: int = 10, *, person: bool = True, number: bool = True
) -> ContactFact:
    return ContactFact(at, loan_id, person, number)


def codes(facts: Facts, at: datetime = NOON, book: Rulebook = BOOK) -> list[str]:
    return [reason.code for reason in decide(facts, book, at=at).reasons]
