"""What providers report: kept verbatim once, applied in whatever order it comes."""

import logging
from typing import Any
from uuid import UUID

from django.db import transaction

from collections_site.lib import clock
from messaging.models import Attempt, WebhookEvent
from messaging.policies import delivery
from messaging.providers.base import DeliveryReport
from messaging.states import AttemptState

logger = logging.getLogger(__name__)
OPEN = [AttemptState.SUBMITTING, AttemptState.UNKNOWN, AttemptState.PRESUMED_LOST]


def keep(
    provider_code: str, kind: str, key: str, payload: dict[str, Any], attempt_id: UUID | None = None
) -> WebhookEvent | None:
    """Store one call of a provider, once; None when it was told before."""
    event, new = WebhookEvent.objects.get_or_create(
        provider_code=provider_code,
        key=f"{kind}:{key}"[:120],
        defaults={
            "kind": kind,
            "attempt_id": attempt_id,
            "payload": payload,
            "received_at": clock.now(),
        },
    )
    return event if new else None


@transaction.atomic
def receive(
    provider_code: str, attempt_id: UUID, report: DeliveryReport, payload: dict[str, Any]
) -> None:
    """Take in a delivery report for the attempt named in its callback path."""
    event = keep(provider_code, "report", f"{attempt_id}:{report.key}", payload, attempt_id)
    if event is None:
        return
    event.outcome = apply(attempt_id, report, provider_code)
    event.applied_at = clock.now()
    event.save(update_fields=["outcome", "applied_at"])


def apply(attempt_id: UUID, report: DeliveryReport, provider_code: str) -> str:
    """Move an attempt's delivery forward, and settle it if nobody knew what became of it.

    Answers what was done, in a word. A report also proves that the provider had the text.
    """
    attempt = Attempt.objects.select_for_update().filter(pk=attempt_id).first()
    if attempt is None or attempt.provider_code != provider_code:
        logger.error("a report for no attempt of ours", extra={"attempt": str(attempt_id)})
        return "no_such_attempt"
    named_another = report.reference is not None and report.reference != str(attempt_id)
    if named_another or (attempt.provider_id and attempt.provider_id != report.provider_id):
        logger.error("a report with another id", extra={"attempt": str(attempt_id)})
        return "another_text"
    at = clock.now()
    if attempt.state in OPEN:
        attempt.state = AttemptState.ACCEPTED
        attempt.settled_at = at
        attempt.ask_at = None
    elif attempt.state != AttemptState.ACCEPTED:
        logger.error("a report for a text that was not sent", extra={"attempt": str(attempt_id)})
        return "contradiction"
    attempt.provider_id = report.provider_id
    moved = delivery.advance(attempt.delivery, report.status)
    outcome = "applied" if moved != attempt.delivery else "no_news"
    if moved != attempt.delivery:
        attempt.delivery, attempt.delivery_at = moved, at
    attempt.code = report.code or attempt.code
    attempt.save(
        update_fields=[
            "state",
            "settled_at",
            "ask_at",
            "provider_id",
            "delivery",
            "delivery_at",
            "code",
        ]
    )
    return outcome
