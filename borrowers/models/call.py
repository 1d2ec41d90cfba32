"""Calls that staff made to a person."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from borrowers.models.borrower import Borrower
from borrowers.models.contact import ContactPoint

OUTCOMES = ["reached", "no_answer", "wrong_person", "voicemail", "promised", "no_more_calls"]


class Call(models.Model):
    """One call or attempt at one, made at ``at`` and written down at ``recorded_at``; append-only.

    Where a rulebook counts calls, every outcome counts: nobody knows how often a phone rang unheard.
    """

    borrower = models.ForeignKey(Borrower, on_delete=models.PROTECT, related_name="calls")
    contact_point = models.ForeignKey(ContactPoint, on_delete=models.PROTECT, related_name="calls")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=16)
    text = models.CharField(max_length=500, default="", blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(name="call_outcome_known", condition=Q(outcome__in=OUTCOMES)),
            models.CheckConstraint(
                name="call_was_made_before_it_was_recorded",
                condition=Q(at__lte=F("recorded_at")),
            ),
        ]
        indexes = [
            models.Index(fields=["borrower", "-at"], name="call_of_person"),
            models.Index(fields=["contact_point", "-at"], name="call_to_number"),
        ]
        permissions = [
            ("reveal_contact", "Can look at a whole name or number; each look is logged")
        ]
