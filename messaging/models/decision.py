"""What the policy answered, and from which facts; append-only, no foreign keys."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Decision(models.Model):
    """One answer for one reminder: written when answer or reasons change, and at submit.

    ``facts`` holds ids, codes, times and amounts; never a name, a number or a text. ``codes`` repeats
    the codes of ``reasons`` for counting.
    """

    reminder_id = models.BigIntegerField()
    borrower_id = models.BigIntegerField(null=True)
    loan_id = models.BigIntegerField(null=True)
    stage = models.CharField(max_length=4)
    answer = models.CharField(max_length=6)
    codes = ArrayField(models.CharField(max_length=24), default=list)
    reasons = models.JSONField(default=list)
    until = models.DateTimeField(null=True)
    facts = models.JSONField(default=dict)
    rulebook = models.CharField(max_length=16)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["reminder_id"], name="decision_of_reminder"),
            models.Index(fields=["at"], name="decision_newest"),
        ]
