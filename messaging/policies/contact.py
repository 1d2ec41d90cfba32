"""May this person be texted about this loan at this instant? Now, wait until when, or never; and why.

A rule is a function of the facts and of the rulebook's view of the moment that returns its reasons.
Every rule is asked and every reason is kept. To add one: write it, add it to `RULES`, give its codes
a row in `reason_texts.py` and, if it waits for the clock, add it to `CLOCK_RULES`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from collections_site.lib.decision import Decision, Reason
from messaging.policies import caps, timing
from messaging.policies.candidate import ContactFact, Facts, HoldFact
from messaging.policies.reasons import HOLD_CODES, REASONS
from messaging.policies.rulebook import HORIZON, Limit, Moment, Rulebook

__all__ = ["RULES", "Check", "ContactFact", "Facts", "HoldFact", "decide", "explain"]

Found = tuple[Reason, ...]
Rule = Callable[[Facts, Moment], Found]

NOTHING: Found = ()
ASK_AGAIN = timedelta(minutes=15)  # where nobody knows when a wait ends
HOUR = timedelta(hours=1)
STEP_GRACE = timedelta(days=1)  # a step after the due day may still go out on the next local day
NOW = Decision("now")
WAITS = frozenset(code for code, text in REASONS.items() if text.answer == "wait")


def _one(code: str, **values: str | int) -> Found:
    return (Reason(code, values),)


def has_number(facts: Facts, moment: Moment) -> Found:
    return _one("no_number") if facts.contact_point_id is None else NOTHING


def is_their_number(facts: Facts, moment: Moment) -> Found:
    if facts.contact_point_id is None or facts.relation in ("own", "shared"):
        return NOTHING
    return _one("not_own_number")


def has_consent(facts: Facts, moment: Moment) -> Found:
    if facts.consent == "given":
        return NOTHING
    return _one("consent_withdrawn" if facts.consent == "withdrawn" else "no_consent")


def is_not_held(facts: Facts, moment: Moment) -> Found:
    """One reason a hold; a kind unknown here still holds, under its own name."""
    if not facts.holds:
        return NOTHING
    return tuple(
        Reason(HOLD_CODES.get(hold.kind, hold.kind), {"scope": hold.scope}, until=hold.till)
        for hold in facts.holds
    )


def has_zone(facts: Facts, moment: Moment) -> Found:
    return NOTHING if moment.zones and not moment.strange_zones else _one("no_zone")


def has_rulebook(facts: Facts, moment: Moment) -> Found:
    if facts.jurisdictions and not moment.uncovered:
        return NOTHING
    missing = moment.uncovered or (facts.country or "?",)
    return tuple(Reason("no_rulebook", {"jurisdiction": code}) for code in missing)


def is_running(facts: Facts, moment: Moment) -> Found:
    return NOTHING if facts.loan_status == "active" else _one("loan_closed")


def is_in_latest_file(facts: Facts, moment: Moment) -> Found:
    return NOTHING if facts.in_latest_file else _one("not_in_latest_file")


def owes_something(facts: Facts, moment: Moment) -> Found:
    return NOTHING if facts.amount is not None and facts.amount > 0 else _one("nothing_due")


def is_fresh(facts: Facts, moment: Moment) -> Found:
    """Figures of another business day, of unknown age, or older than the house allows are stale."""
    limit = moment.freshness
    rule, most = (limit.rule, limit.hours) if limit and limit.hours else ("", None)
    if facts.data_as_of is None or facts.arrears_on != facts.business_on:
        return (Reason("balance_stale", {"most": most} if most else {}, rule),)
    if most is None or moment.at - facts.data_as_of <= most * HOUR:
        return NOTHING
    return (Reason("balance_stale", {"hours": _age(facts, moment), "most": most}, rule),)


def _age(facts: Facts, moment: Moment) -> int:
    """Hours since the figures were exported, rounded up so that over the limit reads as over it."""
    return -((facts.data_as_of - moment.at) // HOUR) if facts.data_as_of else 0


def date_agrees(facts: Facts, moment: Moment) -> Found:
    """What is due is counted in business dates, so it may be said only while the date there agrees."""
    on = facts.business_on
    other = next((day for day in moment.dates if day != on), None)
    if other is None:
        return NOTHING
    until = timing.agree_from(moment.zones, on, moment.at)
    values = {"local_on": other.isoformat(), "business_on": on.isoformat()}
    return (Reason("date_differs", values, until=until),)


def step_has_not_passed(facts: Facts, moment: Moment) -> Found:
    if facts.kind != "step" or facts.step_on is None or not moment.dates:
        return NOTHING
    late = STEP_GRACE if (facts.offset or 0) > 0 else timedelta()
    if max(moment.dates) <= facts.step_on + late:
        return NOTHING
    return _one("step_passed", step_on=facts.step_on.isoformat())


def is_contact_time(facts: Facts, moment: Moment) -> Found:
    return moment.quiet


def is_spaced(facts: Facts, moment: Moment) -> Found:
    return _too_many(facts, moment, moment.spacings) if facts.contacts else NOTHING


def is_under_the_caps(facts: Facts, moment: Moment) -> Found:
    return _too_many(facts, moment, moment.caps) if facts.contacts else NOTHING


def _too_many(facts: Facts, moment: Moment, limits: tuple[Limit, ...]) -> Found:
    found = []
    for limit in limits:
        until = caps.free_from(limit, facts, moment)
        if until > moment.at:
            values = caps.values(limit, facts, moment)
            found.append(Reason(caps.code(limit), values, limit.rule, until))
    return tuple(found)


def has_no_open_question(facts: Facts, moment: Moment) -> Found:
    return _one("open_question") if facts.open_question else NOTHING


def is_sending(facts: Facts, moment: Moment) -> Found:
    return _one("sending_stopped", scope=facts.stopped) if facts.stopped else NOTHING


def has_the_turn(facts: Facts, moment: Moment) -> Found:
    other = facts.other_loan_ref
    return _one("other_loan_texted", loan_ref=other) if other else NOTHING


def has_wording(facts: Facts, moment: Moment) -> Found:
    return NOTHING if facts.wording_id is not None else _one("no_wording")


def has_every_value(facts: Facts, moment: Moment) -> Found:
    """What the wording needs is on file, and may stand in a text."""
    return (facts.lacking,) if facts.lacking else NOTHING


def has_a_way_out(facts: Facts, moment: Moment) -> Found:
    if facts.provider_refuses:
        return _one("provider_terms", why=facts.provider_refuses)
    return NOTHING if facts.sender else _one("no_sender", country=facts.country)


def is_registered(facts: Facts, moment: Moment) -> Found:
    """A carrier that asks for registration carries only what it has accepted."""
    return NOTHING if facts.registered else _one("not_registered", provider=facts.sender or "?")


# Every rule, in the order screens list them, with the code under which `explain` reports a pass.
PASS_CODES: Mapping[Rule, str] = {
    has_number: "no_number",
    is_their_number: "not_own_number",
    has_consent: "no_consent",
    is_not_held: "hold",
    has_zone: "no_zone",
    has_rulebook: "no_rulebook",
    is_running: "loan_closed",
    is_in_latest_file: "not_in_latest_file",
    owes_something: "nothing_due",
    is_fresh: "balance_stale",
    date_agrees: "date_differs",
    step_has_not_passed: "step_passed",
    is_contact_time: "quiet_hours",
    is_under_the_caps: "cap",
    is_spaced: "spacing",
    has_no_open_question: "open_question",
    is_sending: "sending_stopped",
    has_the_turn: "other_loan_texted",
    has_wording: "no_wording",
    has_every_value: "content_missing",
    has_a_way_out: "provider_terms",
    is_registered: "not_registered",
}
RULES: tuple[Rule, ...] = tuple(PASS_CODES)
CLOCK_RULES: tuple[Rule, ...] = (is_contact_time, is_under_the_caps, is_spaced)


def decide(facts: Facts, rulebook: Rulebook, *, at: datetime) -> Decision:
    """Answer for one candidate at the aware instant `at`, with every reason.

    One `never` outweighs any `wait`. The `until` of a wait is the earliest instant that satisfies
    all rules of the clock together; at least 15 minutes on where a reason has no known end; None
    when the next 14 days hold no such instant.
    """
    moment = rulebook.moment(at, facts.zones, facts.jurisdictions)
    reasons = tuple([reason for rule in RULES for reason in rule(facts, moment)])
    if not reasons:
        return NOW
    if any(reason.code not in WAITS for reason in reasons):
        return Decision("never", None, reasons)
    return Decision("wait", _earliest(facts, rulebook, moment.at, reasons), reasons)


def _earliest(facts: Facts, rulebook: Rulebook, start: datetime, reasons: Found) -> datetime | None:
    """Move on to the last end of the reasons that stand, until the rules of the clock have none."""
    at = max(reason.until or start + ASK_AGAIN for reason in reasons)
    while at <= start + HORIZON:
        moment = rulebook.moment(at, facts.zones, facts.jurisdictions)
        ends = [reason.until for rule in CLOCK_RULES for reason in rule(facts, moment)]
        if not ends:
            return at
        known = [end for end in ends if end is not None]
        if len(known) < len(ends):
            return None  # a window that does not open within the horizon
        at = max(known)
    return None


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the answer to "may I text now": a rule that passed, or one reason that it gave."""

    code: str
    passed: bool
    values: Mapping[str, str | int] = field(default_factory=dict, hash=False)
    rule: str = ""
    until: datetime | None = None


def explain(facts: Facts, rulebook: Rulebook, *, at: datetime) -> tuple[Check, ...]:
    """Every rule as one or more checks, in the order of `RULES`, with what each of them saw.

    A failed check carries the code and values of its reason (`reasons.sentence`), a passed one those
    of `reasons.passed`. Rules that have nothing to judge (no number, no zone) give no passed check.
    """
    moment = rulebook.moment(at, facts.zones, facts.jurisdictions)
    checks: list[Check] = []
    for rule in RULES:
        reasons = rule(facts, moment)
        checks += [Check(one.code, False, one.values, one.rule, one.until) for one in reasons]
        failed = {one.rule for one in reasons}
        checks += [
            check
            for check in _seen(rule, facts, moment, rulebook)
            if not reasons or (check.rule and check.rule not in failed)
        ]
    return tuple(checks)


def _seen(rule: Rule, facts: Facts, moment: Moment, rulebook: Rulebook) -> list[Check]:
    """What the rule says where it finds nothing; caps and spacings say it one limit at a time."""
    values: dict[str, str | int] = {}
    if rule in (is_under_the_caps, is_spaced):
        return [
            Check(caps.code(limit), True, caps.values(limit, facts, moment), limit.rule)
            for limit in (moment.caps if rule is is_under_the_caps else moment.spacings)
        ]
    if rule is is_their_number and facts.contact_point_id is None:
        return []
    if rule is step_has_not_passed and facts.kind != "step":
        return []
    if rule in (is_registered, has_every_value) and facts.wording_id is None:
        return []
    if rule in (date_agrees, step_has_not_passed, is_contact_time) and not moment.zones:
        return []
    if rule is is_contact_time:
        until = rulebook.open_until(moment.at, facts.zones, facts.jurisdictions)
        values = {"until": f"{until.astimezone(moment.zones[0]):%H:%M}"}
    elif rule is is_fresh and moment.freshness:
        values = {"hours": _age(facts, moment), "most": moment.freshness.hours or 0}
    elif rule is has_zone:
        values = {"zones": ", ".join(facts.zones)}
    elif rule is has_rulebook:
        values = {"jurisdictions": ", ".join(facts.jurisdictions)}
    return [Check(PASS_CODES[rule], True, values)]
