"""What is not any more as a page about a one-off reminder showed it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from borrowers.models import PostedRepayment
from collections_site.lib.steps import OutOfStep
from messaging.policies import values
from messaging.services import telling

if TYPE_CHECKING:
    from messaging.services.one_off_offer import Offer


class Changed(OutOfStep):
    """Something is not as it was shown; nothing was sent. Its text says what, to the reader."""


@dataclass(frozen=True, slots=True)
class Shown:
    """All that a page showed and that must still be true when it is sent.

    ``amount`` is a decimal, ``until`` an instant in ISO 8601, empty for a text that leaves at once.
    """

    loan: int
    version: int
    amount: str
    number: int
    template: str
    fingerprint: str
    until: str

    def as_json(self) -> dict[str, int | str]:
        return asdict(self)


def sentences(
    shown: Mapping[int, Shown], found: Mapping[int, "Offer"], *, since: datetime
) -> dict[int, str]:
    """By person, the first thing that differs between what was shown at ``since`` and what would be now."""
    paid = _paid([one.loan for one in shown.values()], since)
    return {pk: paid.get(one.loan) or _sentence(one, found[pk]) for pk, one in shown.items()}


def _sentence(shown: Shown, found: "Offer") -> str:
    if found.problem:
        return found.problem
    now = found.shown
    if now is None and not found.no_wording and found.decision.reasons:
        return telling.joined(telling.tell(found.decision.as_rows()))
    if now is None or (shown.template, shown.fingerprint) != (now.template, now.fingerprint):
        return _("The wording has been replaced or taken down.")
    if (shown.loan, shown.amount) != (now.loan, now.amount):
        return _("They owe another amount now.")
    if shown.version != now.version:
        return _("The loan has changed.")
    if shown.number != now.number:
        return _("They have another number now.")
    return _("The moment at which it may leave has changed.")


def _paid(loan_ids: Sequence[int], since: datetime) -> dict[int, str]:
    """By loan, that they paid, how much and when, if we heard of it after the page was shown."""
    posted = PostedRepayment.objects.filter(
        repayment__loan__in=loan_ids, received_at__gte=since, repayment__amount__gt=Decimal(0)
    )
    latest_last = posted.select_related("repayment__loan").order_by("received_at")
    return {one.repayment.loan_id: _payment(one) for one in latest_last}


def _payment(posted: PostedRepayment) -> str:
    money = posted.repayment
    amount = values.amount(money.amount, money.loan.currency, telling.language())
    time = f"{timezone.localtime(posted.received_at):%H:%M}"
    return _("They paid %(amount)s at %(time)s.") % {"amount": amount, "time": time}
