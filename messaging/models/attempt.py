"""One try at a provider."""

import uuid

from django.db import models
from django.db.models import Q

from borrowers.models import Borrower, ContactPoint, Loan
from messaging.models.provider import Sender
from messaging.models.reminder import Reminder
from messaging.states import AttemptState, Delivery, ReminderKind


class Attempt(models.Model):
    """What happened on the wire. Its id stands in the path of the provider's callbacks.

    ``submitted_at`` is set by the database when the row is written; ``contact_seq`` puts it in order
    with the opt-outs of the number. ``cost`` is in the sender's currency.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    reminder = models.ForeignKey(Reminder, on_delete=models.PROTECT, related_name="attempts")
    kind = models.CharField(max_length=16, choices=ReminderKind.choices)
    borrower = models.ForeignKey(
        Borrower,
        on_delete=models.PROTECT,
        null=True,
        related_name="attempts",
        db_index=False,
    )
    contact_point = models.ForeignKey(
        ContactPoint,
        on_delete=models.PROTECT,
        related_name="attempts",
        db_index=False,
    )
    loan = models.ForeignKey(
        Loan, on_delete=models.PROTECT, null=True, related_name="attempts", db_index=False
    )
    sender = models.ForeignKey(
        Sender, on_delete=models.PROTECT, related_name="attempts", db_index=False
    )
    provider_code = models.CharField(max_length=12)
    state = models.CharField(
        max_length=14, choices=AttemptState.choices, default=AttemptState.SUBMITTING
    )
    delivery = models.CharField(max_length=12, choices=Delivery.choices, default=Delivery.NONE)
    submitted_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    delivery_at = models.DateTimeField(null=True)
    contact_seq = models.BigIntegerField(null=True)
    provider_id = models.CharField(max_length=64, null=True)
    code = models.CharField(max_length=40, default="", blank=True)
    parts = models.PositiveSmallIntegerField()
    cost = models.DecimalField(max_digits=10, decimal_places=4)
    asked = models.PositiveSmallIntegerField(default=0)
    ask_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-submitted_at"]
        constraints = [
            models.CheckConstraint(
                name="attempt_state_known", condition=Q(state__in=AttemptState.values)
            ),
            models.CheckConstraint(
                name="attempt_delivery_known", condition=Q(delivery__in=Delivery.values)
            ),
            models.UniqueConstraint(
                name="attempt_one_live", fields=["reminder"], condition=~Q(state="not_sent")
            ),
            models.UniqueConstraint(
                name="attempt_one_open_question_per_phone",
                fields=["contact_point"],
                condition=Q(state__in=["submitting", "unknown"]),
            ),
            models.UniqueConstraint(
                name="attempt_provider_id_once", fields=["provider_code", "provider_id"]
            ),
        ]
        indexes = [
            models.Index(fields=["borrower", "submitted_at"], name="attempt_of_person"),
            models.Index(fields=["contact_point", "submitted_at"], name="attempt_of_number"),
            models.Index(fields=["loan", "submitted_at"], name="attempt_of_loan"),
            models.Index(fields=["submitted_at"], name="attempt_newest"),
            models.Index(
                fields=["settled_at"],
                name="attempt_presumed_lost",
                condition=Q(state="presumed_lost"),
            ),
            models.Index(
                fields=["state", "ask_at"],
                name="attempt_open",
                condition=Q(state__in=["submitting", "unknown"]),
            ),
        ]
