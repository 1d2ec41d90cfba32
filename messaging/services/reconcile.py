"""Ask the provider about texts of which nobody knows whether they were sent."""

import logging
from collections import Counter
from datetime import datetime, timedelta

from django.db import transaction

from collections_site.lib import clock
from messaging import providers
from messaging.models import Attempt
from messaging.policies import delivery
from messaging.providers.base import NoAnswer, Seen
from messaging.services import settle
from messaging.states import AttemptState

logger = logging.getLogger(__name__)
ASK_AFTER = [
    timedelta(minutes=minutes) for minutes in (5, 15, 60)
]  # after the first, at one minute
CLOCKS_APART = timedelta(seconds=120)
AT_ONCE = 50


def run() -> "Counter[str]":
    """Give up on calls nobody settled, then ask about what is unknown; answer what was found.

    Asked by recipient, without dates, at 1, 5, 15 and 60 minutes; what the provider then still does
    not know is presumed lost, counts against every cap, and is never sent again.
    """
    counts: Counter[str] = Counter(unknown=settle.give_up_waiting())
    due = Attempt.objects.filter(state=AttemptState.UNKNOWN, ask_at__lte=clock.now())
    for attempt in due.select_related("contact_point", "reminder").order_by("ask_at")[:AT_ONCE]:
        counts[_ask(attempt)] += 1
    return counts


def _ask(attempt: Attempt) -> str:
    provider = providers.provider(attempt.provider_code, threads=1)
    try:
        listed = provider.find(attempt.contact_point.phone)
    except NoAnswer:
        logger.warning("the provider's list gave no answer", extra={"attempt": str(attempt.pk)})
        return _ask_later(attempt, answered=False)
    finally:
        provider.close()
    return _adopt(attempt, listed) or _ask_later(attempt, answered=True)


@transaction.atomic
def _adopt(attempt: Attempt, listed: list[Seen]) -> str | None:
    """Link the one text of the provider's list that is this attempt, if it is there."""
    known = set(
        Attempt.objects.filter(provider_id__in=[seen.provider_id for seen in listed]).values_list(
            "provider_id", flat=True
        )
    )
    since = attempt.submitted_at - _shift() - CLOCKS_APART
    ours = [
        seen
        for seen in listed
        if seen.provider_id not in known
        and (
            seen.reference == str(attempt.pk)
            if seen.reference
            else seen.text == attempt.reminder.text and seen.accepted_at >= since
        )
    ]
    if len(ours) != 1:
        return None
    row = Attempt.objects.select_for_update().get(pk=attempt.pk)
    if row.state != AttemptState.UNKNOWN:
        return "settled_meanwhile"
    row.state, row.provider_id = AttemptState.ACCEPTED, ours[0].provider_id
    row.settled_at, row.ask_at = clock.now(), None
    row.delivery = delivery.advance(row.delivery, ours[0].status)
    row.save(update_fields=["state", "provider_id", "settled_at", "ask_at", "delivery"])
    return "found"


def _shift() -> timedelta:
    """How far the site's clock, which dates attempts, is ahead of the provider's."""
    return clock.now() - clock.real_now()


@transaction.atomic
def _ask_later(attempt: Attempt, *, answered: bool) -> str:
    """The next question, or after the last one: presumed lost. Without an answer, ask the same again."""
    row = Attempt.objects.select_for_update().get(pk=attempt.pk)
    if row.state != AttemptState.UNKNOWN:
        return "settled_meanwhile"
    at: datetime = clock.now()
    if not answered:
        row.ask_at = at + ASK_AFTER[0]
    elif row.asked >= len(ASK_AFTER):
        row.state, row.ask_at, row.settled_at = AttemptState.PRESUMED_LOST, None, at
    else:
        row.ask_at = max(at, row.submitted_at + ASK_AFTER[row.asked])
        row.asked += 1
    row.save(update_fields=["state", "ask_at", "asked", "settled_at"])
    return str(row.state) if row.state != AttemptState.UNKNOWN else "not_found_yet"
