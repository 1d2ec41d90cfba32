"""May these people be texted now, and why: the same facts and policy as the gate, for one or many."""

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
from messaging.policies import contact
from messaging.policies.contact import Check
from messaging.ways import Ways

NO_LOAN = Decision("never", None, (Reason("nothing_due"),))


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer for one person at an instant. ``candidate`` is None for somebody without a loan."""

    at: datetime
    decision: Decision
    candidate: Candidate | None
    ways: Ways

    @property
    def checks(self) -> tuple[Check, ...]:
        """Every rule with what it saw, worked out when asked for; none without a loan."""
        if self.candidate is None:
            return ()
        return contact.explain(self.candidate.facts, self.ways.rulebook, at=self.at)

    @property
    def next_at(self) -> datetime | None:
        """The next moment a text would be allowed, as far as is known."""
        return self.at if self.decision.answer == "now" else self.decision.until


def verdict(borrower: Borrower, *, at: datetime | None = None) -> Verdict:
    """Answer for ``borrower`` now, or as the rules would answer ``at`` another instant.

    Raises Lender.DoesNotExist before the lender is set up.
    """
    return several([borrower.pk], at=at)[borrower.pk]


def several(borrower_ids: Sequence[int], *, at: datetime | None = None) -> dict[int, Verdict]:
    """What ``verdict`` answers, for many by their ids and in that order; one query for the facts of all.

    Raises Lender.DoesNotExist before the lender is set up.
    """
    at = at or clock.now()
    ways = batch_ways.load(at)
    business_on = at.astimezone(ZoneInfo(ways.lender.time_zone)).date()
    found = {pk: Verdict(at, NO_LOAN, None, ways) for pk in borrower_ids}
    for one in gather.people(ways, borrower_ids, business_on=business_on, at=at):
        decision = contact.decide(one.facts, ways.rulebook, at=at)
        found[one.facts.borrower_id] = Verdict(at, decision, one, ways)
    return found


def decisions(borrower_ids: Sequence[int], *, at: datetime | None = None) -> dict[int, Decision]:
    """Only the decisions of ``several``. Raises Lender.DoesNotExist before the lender is set up."""
    return {pk: one.decision for pk, one in several(borrower_ids, at=at).items()}
