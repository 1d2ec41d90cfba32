"""Caps and spacings: what a limit counts, how much of it is used, and when it is free again.

A cap of the house counts the person and the number over all loans, each on its own; a cap of the
law may count one loan, and calls along with texts. A spacing is a rolling cap of one.
"""

from __future__ import annotations

from datetime import datetime

from messaging.policies import timing
from messaging.policies.candidate import ContactFact, Facts
from messaging.policies.rulebook import Limit, Moment


def free_from(limit: Limit, facts: Facts, moment: Moment) -> datetime:
    """The earliest instant from the moment on at which the limit leaves room for one more text."""
    return max(_free(limit, texted, moment) for texted in _counters(limit, facts))


def values(limit: Limit, facts: Facts, moment: Moment) -> dict[str, str | int]:
    """What the limit asks, and how much of it is used on the counter where it is used most."""
    columns = {
        "used": max(_used(limit, texted, moment) for texted in _counters(limit, facts)),
        "most": limit.most,
        "hours": limit.hours,
        "per": limit.per,
        "layer": limit.layer,
        "counts": limit.counts if limit.counts == "contacts" else None,
    }
    return {name: value for name, value in columns.items() if value is not None}


def code(limit: Limit) -> str:
    """The reason code of the limit when it is reached."""
    if limit.kind == "spacing":
        return "spacing"
    return "cap_day" if limit.hours is None else "cap_week" if limit.hours == 168 else "cap"


def _counters(limit: Limit, facts: Facts) -> tuple[list[datetime], ...]:
    """The instants that each counter of the limit counts."""
    counted = [one for one in facts.contacts if limit.counts == "contacts" or not one.call]
    if limit.per == "loan":
        return ([one.at for one in counted if _about(one, facts)],)
    person = [one.at for one in counted if one.same_person]
    number = [one.at for one in counted if one.same_number]
    return {"person": (person,), "number": (number,)}.get(limit.per, (person, number))


def _about(one: ContactFact, facts: Facts) -> bool:
    return one.same_person if one.call else one.loan_id == facts.loan_id


def _free(limit: Limit, texted: list[datetime], moment: Moment) -> datetime:
    most = limit.most or 1
    if limit.hours is None:
        return timing.daily_free(texted, moment.zones, most, moment.at)
    return timing.rolling_free(texted, most, limit.hours, moment.at)


def _used(limit: Limit, texted: list[datetime], moment: Moment) -> int:
    if limit.hours is None:
        return timing.daily_used(texted, moment.zones, moment.at)
    return timing.rolling_used(texted, limit.hours, moment.at)
