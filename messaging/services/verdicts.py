"""May this person be texted now, and why: the same facts and policy as the gate, for one person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from borrowers.models import Borrower
from collections_site.lib import clock
from collections_site.lib.decision import Decision, Reason
from messaging import facts as gather
from messaging import ways as batch_ways
from messaging.facts import Candidate
from messaging.models import Wording
from messaging.policies import contact
from messaging.policies.contact import Check
from messaging.ways import Ways


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer for one person at an instant. ``candidate`` is None for somebody without a loan."""

    at: datetime
    decision: Decision
    checks: tuple[Check, ...]
    candidate: Candidate | None
    wording: Wording | None
    ways: Ways

    @property
    def next_at(self) -> datetime | None:
        """The next moment a text would be allowed, as far as is known."""
        return self.at if self.decision.answer == "now" else self.decision.until


def verdict(borrower: Borrower, *, at: datetime | None = None) -> Verdict:
    """Answer for ``borrower`` now, or as the rules would answer ``at`` another instant.

    Raises Lender.DoesNotExist before the lender is set up.
    """
    at = at or clock.now()
    ways = batch_ways.load(at)
    business_on = at.astimezone(ZoneInfo(ways.lender.time_zone)).date()
    candidate = gather.one_person(ways, borrower.pk, business_on=business_on, at=at)
    if candidate is None:
        return Verdict(at, Decision("never", None, (Reason("nothing_due"),)), (), None, None, ways)
    decision = contact.decide(candidate.facts, ways.rulebook, at=at)
    checks = contact.explain(candidate.facts, ways.rulebook, at=at)
    wording = ways.wordings.get(candidate.facts.wording_id or 0)
    return Verdict(at, decision, checks, candidate, wording, ways)


def decisions(borrower_ids: Sequence[int], *, at: datetime | None = None) -> dict[int, Decision]:
    """The decision of ``verdict`` for several people, by their ids, in one query for all of them.

    Raises Lender.DoesNotExist before the lender is set up.
    """
    at = at or clock.now()
    ways = batch_ways.load(at)
    business_on = at.astimezone(ZoneInfo(ways.lender.time_zone)).date()
    found = {pk: Decision("never", None, (Reason("nothing_due"),)) for pk in borrower_ids}
    for one in gather.several(ways, borrower_ids, business_on=business_on, at=at):
        found[one.facts.borrower_id] = contact.decide(one.facts, ways.rulebook, at=at)
    return found
