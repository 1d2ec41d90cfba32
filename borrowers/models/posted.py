"""What a lender's system told us about a payment as it happened, and what we answered."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from borrowers.models.loan import Repayment
from borrowers.models.token import ApiToken


class PostedRepayment(models.Model):
    """One repayment as it was posted. ``answer`` is what was said then, and is said again.

    ``escaped`` are the reminders that were on their way when we heard of it: each states what was
    owed before.
    """

    repayment = models.OneToOneField(Repayment, on_delete=models.PROTECT, related_name="posted")
    reverses = models.ForeignKey(
        Repayment, null=True, on_delete=models.PROTECT, related_name="reversals"
    )
    token = models.ForeignKey(ApiToken, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField()
    answer = models.JSONField()
    escaped = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="posted_repayment_does_not_reverse_itself",
                condition=Q(reverses=None) | ~Q(reverses=F("repayment")),
            )
        ]
        indexes = [
            models.Index(
                fields=["-received_at"], name="posted_with_escaped", condition=Q(escaped__len__gt=0)
            )
        ]
