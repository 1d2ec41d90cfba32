"""Texts that have left, without a carrier: the gate and its walls are real, only the answer is given."""

from collections.abc import Sequence

from messaging.models import Attempt, Sender
from messaging.providers.base import Accepted, Outcome
from messaging.services import gate, settle


def sent(outcomes: Sequence[Outcome | None] = ()) -> list[Attempt]:
    """Let what is due through the gate, and settle the texts in order with these outcomes.

    None leaves a text on the wire; those beyond the outcomes are accepted.
    """
    batch = gate.open_for(Sender.objects.get(provider="gateway"), 200)
    texts = sorted(batch.outgoing, key=lambda text: text.reminder_id)
    given: list[Outcome | None] = [*outcomes]
    given += [Accepted(f"G{text.reminder_id}") for text in texts[len(given) :]]
    answers = [(text, said) for text, said in zip(texts, given, strict=True) if said is not None]
    if answers:
        settle.settle(answers)
    return list(
        Attempt.objects.filter(pk__in=[text.attempt_id for text in texts]).order_by("reminder")
    )
