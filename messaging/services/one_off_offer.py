"""What one-off reminders would say, and when they would leave; or why they may not.

For many people at once: what they share is loaded once, and each is then asked about without a query.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from borrowers.models import Borrower, Lender, Loan
from borrowers.services import arrears
from collections_site.lib import clock
from collections_site.lib.decision import Decision, Reason
from messaging.facts import Candidate
from messaging.models import MessageTemplate, Reminder, Wording
from messaging.policies import contact, parts, strategy
from messaging.services import compose, gate, planning, verdicts
from messaging.services.compose import CannotWord, Outgoing
from messaging.services.one_off_changes import Shown
from messaging.services.verdicts import Verdict
from messaging.states import ReminderKind, ReminderState
from messaging.ways import Ways

CANCEL_WITHIN = timedelta(seconds=30)
# What a page about one wording finds out for itself: another one may fit.
ABOUT_THE_WORDING = frozenset(
    {"no_wording", "not_registered", "content_missing", "variable_unsafe"}
)


@dataclass(frozen=True, slots=True)
class Choice:
    """An approved wording that fits this person and the day of the text."""

    template: MessageTemplate
    wording: Wording


@dataclass(frozen=True, slots=True)
class Draft:
    """The one text that would go out: to whom, of which instalment, on which day, in which words."""

    candidate: Candidate
    due_on: date
    on: date
    chosen: Choice
    text: Outgoing
    characters: int
    price: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Offer:
    """What could be sent to this person, or why nothing can.

    ``due_at``: when it would leave, at once or as soon as the rules allow. ``problem`` is a sentence
    for what no rule says: one waits already, or no text can be made. With a ``draft`` it may be sent.
    """

    verdict: Verdict
    decision: Decision
    due_at: datetime | None = None
    choices: tuple[Choice, ...] = ()
    draft: Draft | None = None
    waiting: Reminder | None = None
    problem: str = ""

    @property
    def no_wording(self) -> bool:
        """The rules allow a text, and no approved words are there for it."""
        return self.due_at is not None and not self.choices

    @property
    def shown(self) -> Shown | None:
        """What is said to whom about what, as a page shows it; None when nothing can be sent."""
        if (draft := self.draft) is None:
            return None
        until = self.decision.until
        return Shown(
            loan=draft.candidate.facts.loan_id,
            version=draft.candidate.loan_version,
            amount=str(draft.text.amount),
            number=draft.text.contact_point_id,
            template=draft.chosen.template.code,
            fingerprint=draft.chosen.wording.fingerprint,
            until=until.isoformat() if until else "",
        )


def offer(borrower: Borrower, *, template: str = "") -> Offer:
    """What a text to ``borrower`` would say and when it would leave; nothing is written.

    ``template`` is the code of one that fits; any other gives the recommended one. Amounts are those
    of today even where the arrears on file are of an earlier day. Raises Lender.DoesNotExist before
    the lender is set up.
    """
    return offers({borrower.pk: template})[borrower.pk]


def offers(wanted: Mapping[int, str]) -> dict[int, Offer]:
    """What ``offer`` answers for many: by the ids of people, in order, each with a template's code."""
    with transaction.atomic():
        found = present(wanted)
        transaction.set_rollback(True)
    return found


def present(wanted: Mapping[int, str]) -> dict[int, Offer]:
    """As ``offers``; arrears of an earlier day are brought up to today for good, as the gate does."""
    ids = list(wanted)
    _bring_up(ids)
    standing = _waiting(ids)
    return {
        pk: _offer(verdict, standing.get(pk), wanted[pk])
        for pk, verdict in verdicts.several(ids).items()
    }


def _offer(verdict: Verdict, standing: Reminder | None, template: str) -> Offer:
    candidate, ways = verdict.candidate, verdict.ways
    if candidate is None:
        return Offer(verdict, verdict.decision)
    if standing is not None:
        sentence = _("A one-off reminder to this person waits already.")
        return Offer(verdict, verdict.decision, waiting=standing, problem=sentence)
    decision = _decide(candidate, ways)
    due_at = _leaves(decision, verdict.at)
    if due_at is None or candidate.due_on is None:
        return Offer(verdict, decision)
    on = day(due_at, ways.lender.time_zone)
    choices = _choices(candidate, candidate.due_on, ways, on)
    found = Offer(verdict, decision, due_at, choices)
    chosen = next((one for one in choices if one.template.code == template), None)
    chosen = chosen or next(iter(choices), None)
    return _worded(found, candidate, candidate.due_on, chosen, on) if chosen else found


def waiting(borrower: Borrower) -> Reminder | None:
    """The one-off reminder that waits for this person, if any."""
    return _waiting([borrower.pk]).get(borrower.pk)


def _waiting(borrower_ids: Sequence[int]) -> dict[int, Reminder]:
    """Of each of these people the one-off reminder that waits and leaves first."""
    rows = Reminder.objects.filter(
        kind=ReminderKind.ONE_OFF, borrower__in=borrower_ids, state=ReminderState.SCHEDULED
    )
    latest_first = rows.select_related("by", "template").order_by("-due_at")
    return {one.borrower_id: one for one in latest_first if one.borrower_id is not None}


def may_ask(verdict: Verdict) -> bool:
    """Whether a one-off is worth asking for: no rule forbids it, but for what depends on the wording."""
    codes = {reason.code for reason in verdict.decision.reasons} - ABOUT_THE_WORDING
    return codes <= contact.WAITS


def _bring_up(borrower_ids: Sequence[int]) -> None:
    """Bring these people's arrears up to today, as the gate does."""
    at = clock.now()
    on = day(at, Lender.objects.get().time_zone)
    stale = Loan.objects.filter(borrower__in=borrower_ids, status="active", arrears_on__lt=on)
    ids = list(stale.values_list("pk", flat=True))
    if ids:
        planning.cancel_settled(arrears.recompute(ids, on=on, cause="new day", at=at))


def _decide(candidate: Candidate, ways: Ways) -> Decision:
    """The policy's answer, whatever the wording; a window about to close counts as closed."""
    facts = replace(
        candidate.facts,
        wording_id=candidate.facts.wording_id or 0,
        registered=True,
        lacking=None,
    )
    decision = contact.decide(facts, ways.rulebook, at=ways.at)
    if decision.answer == "now":
        return gate.closing_soon(facts, ways.rulebook, ways.at + CANCEL_WITHIN) or decision
    return decision


def _leaves(decision: Decision, at: datetime) -> datetime | None:
    """When a text would leave; None when it may not, or nobody knows when it may."""
    if decision.answer == "now":
        return at + CANCEL_WITHIN
    if decision.answer == "never" or any(reason.until is None for reason in decision.reasons):
        return None
    return decision.until


def _choices(candidate: Candidate, due_on: date, ways: Ways, on: date) -> tuple[Choice, ...]:
    """The live wordings for the day of the text, the one the ladder would take first."""
    product = candidate.product
    purposes = strategy.purposes_on((on - due_on).days)
    worded = {one.template_id: one.template for one in ways.wordings.values()}
    rows = [one for one in worded.values() if one.purpose in purposes]
    first = ways.template_for(due_on, on, product)
    places = candidate.facts.jurisdictions
    found = [
        Choice(row, ways.wordings[wording])
        for row in rows
        if (wording := ways.wording_id(row.pk, candidate.language, places, product))
    ]
    return tuple(
        sorted(
            found,
            key=lambda one: (
                one.template.pk != first,
                purposes.index(one.template.purpose),
                not one.template.product,
                one.template.code,
            ),
        )
    )


def _worded(found: Offer, candidate: Candidate, due_on: date, chosen: Choice, on: date) -> Offer:
    """The offer with its text, or with the reason why none can be made."""
    facts, ways = candidate.facts, found.verdict.ways
    if not ways.may_carry(chosen.wording.pk, facts.sender):
        why = Reason("not_registered", {"provider": facts.sender or "?"})
        return replace(found, decision=Decision("never", None, (why,)))
    told = replace(candidate, facts=replace(facts, wording_id=chosen.wording.pk, business_on=on))
    row = Reminder(kind=ReminderKind.ONE_OFF, borrower_id=facts.borrower_id, loan_id=facts.loan_id)
    try:
        text = compose.reminder(row, told, ways)
    except CannotWord as error:
        if error.reason:
            return replace(found, decision=Decision("never", None, (error.reason,)))
        return replace(found, problem=_("No text can be made: %(why)s.") % {"why": error})
    characters = parts.count(text.text).characters
    sender = ways.route(facts.country).sender
    currency = sender.currency if sender else ""
    draft = Draft(candidate, due_on, on, chosen, text, characters, text.cost, currency)
    return replace(found, draft=draft)


def day(at: datetime, zone: str) -> date:
    """The calendar day of an instant in a zone."""
    return at.astimezone(ZoneInfo(zone)).date()
