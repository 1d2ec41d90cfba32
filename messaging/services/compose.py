"""Make the one text a reminder will send: the chosen wording, this person's values, this sender's price."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from django.conf import settings

from collections_site.lib.decision import Reason
from messaging import filling
from messaging.facts import Candidate
from messaging.models import Reminder, Wording
from messaging.policies import parts, values, wording
from messaging.states import ReminderKind
from messaging.ways import Ways

MARGIN = timedelta(minutes=15)  # before a window closes, for a carrier that takes its time
LONGEST_VALID = 900  # seconds a carrier may hold a text
LEAST_VALID = 60
LONGEST_TEXT = 1600  # characters a carrier takes
TEST = "TEST "  # stands behind the signature of every test, and is counted; so it does in sql/walls.sql


class CannotWord(Exception):
    """No text can be made: nothing approved fits, or a value is missing or unsafe.

    ``reason`` is the policy's where no later try would do better.
    """

    def __init__(self, why: str, reason: Reason | None = None) -> None:
        super().__init__(why)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One text about to leave; everything its rows and the wire need."""

    attempt_id: UUID
    reminder_id: int
    kind: str
    borrower_id: int | None
    loan_id: int | None
    contact_point_id: int
    phone: str
    sender_id: int
    provider: str
    wording_id: int
    values: dict[str, str]
    text: str
    amount: Decimal | None
    loan_version: int | None
    parts: int
    cost: Decimal
    valid_seconds: int


def reminder(row: Reminder, candidate: Candidate, ways: Ways) -> Outgoing:
    """The text of a reminder that the policy lets go now. Raises CannotWord."""
    facts = candidate.facts
    if not facts.wording_id or facts.amount is None or candidate.due_on is None:
        raise CannotWord("nothing to say, or no words for it")
    chosen = ways.wordings[facts.wording_id]
    late = max(0, (facts.business_on - candidate.due_on).days)
    facts_said = said(candidate, ways, chosen.language, days_late=late)
    closes = ways.rulebook.open_until(ways.at, facts.zones, facts.jurisdictions)
    return _outgoing(
        row,
        chosen,
        filling.fill(facts_said, chosen.placeholders),
        ways,
        contact_point=(facts.contact_point_id or 0, candidate.phone, facts.country),
        amount=facts.amount,
        loan_version=candidate.loan_version,
        valid=valid_seconds(closes, ways.at),
    )


def said(candidate: Candidate, ways: Ways, language: str, *, days_late: int) -> values.Said:
    """What a reminder in this language may say to this person; without an amount when nothing is due."""
    return values.Said(
        language=language,
        full_name=candidate.full_name,
        lender=ways.lender_name(language),
        contact=ways.lender.contact_line,
        amount=candidate.facts.amount,
        currency=candidate.currency,
        due_on=candidate.due_on,
        days_late=days_late,
        instalment=candidate.instalment_number or 0,
        loan_ref=candidate.loan_ref,
    )


def plain(row: Reminder, ways: Ways) -> Outgoing:
    """The text of an acknowledgement, reply or test: it speaks of no loan. Raises CannotWord.

    A test has its wording, live or not, and its invented values already.
    """
    number = row.contact_point
    if number is None:
        raise CannotWord("no number")
    where = (number.pk, number.phone, number.country)
    if row.kind == ReminderKind.TEST:
        if row.wording is None:
            raise CannotWord("a test of no wording")
        filled = row.values or {}
        return _outgoing(row, row.wording, filled, ways, contact_point=where, valid=LONGEST_VALID)
    language = row.borrower.language if row.borrower else _language_of(number.country)
    found = ways.wording_id(row.template_id, language, tuple(number.jurisdictions))
    if found is None:
        raise CannotWord("no approved wording fits")
    chosen = ways.wordings[found]
    facts_said = values.Said(
        language=chosen.language,
        full_name=row.borrower.full_name if row.borrower else "",
        lender=ways.lender_name(chosen.language),
        contact=ways.lender.contact_line,
    )
    filled = filling.fill(facts_said, chosen.placeholders)
    return _outgoing(row, chosen, filled, ways, contact_point=where, valid=LONGEST_VALID)


def _outgoing(
    row: Reminder,
    chosen: Wording,
    filled: dict[str, str],
    ways: Ways,
    *,
    contact_point: tuple[int, str, str],
    amount: Decimal | None = None,
    loan_version: int | None = None,
    valid: int,
) -> Outgoing:
    number_id, phone, country = contact_point
    route = ways.route(country)
    if route.sender is None or route.refuses:
        raise CannotWord(route.refuses or f"no sender serves {country}")
    if not may_reach(phone):
        raise CannotWord("outside production only the numbers in SEND_ONLY_TO are texted")
    mark = TEST if row.kind == ReminderKind.TEST else ""
    try:
        text = filling.render(chosen.signature + mark, chosen.text, filled)
    except (wording.MissingValue, wording.UnsafeValue) as error:
        raise CannotWord(str(error), filling.reason(error)) from error
    if len(text) > LONGEST_TEXT:
        raise CannotWord(f"the text is longer than {LONGEST_TEXT} characters")
    counted = parts.count(text).parts
    return Outgoing(
        attempt_id=uuid4(),
        reminder_id=row.pk,
        kind=row.kind,
        borrower_id=row.borrower_id,
        loan_id=row.loan_id,
        contact_point_id=number_id,
        phone=phone,
        sender_id=route.sender.pk,
        provider=route.sender.provider_id,
        wording_id=chosen.pk,
        values=filled,
        text=text,
        amount=amount,
        loan_version=loan_version,
        parts=counted,
        cost=counted * route.sender.price,
        valid_seconds=valid,
    )


def valid_seconds(closes: datetime, at: datetime) -> int:
    """How long a carrier may still deliver: to a quarter of an hour before the window closes."""
    return min(LONGEST_VALID, int((closes - at - MARGIN).total_seconds()))


def may_reach(phone: str) -> bool:
    """Whether this installation may text a real phone; a simulated carrier may always be texted."""
    if settings.PRODUCTION or not settings.REACHES_REAL_PHONES:
        return True
    return phone in settings.SEND_ONLY_TO


def _language_of(country: str) -> str:
    return "zh-hans" if country == "CN" else "en"
