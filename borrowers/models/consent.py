"""What a person agreed to, at which number; append-only."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from borrowers.models.borrower import Borrower
from borrowers.models.contact import ContactPoint


class Consent(models.Model):
    """Given or withdrawn, for texts to one number; the newest ``at`` wins.

    What staff record carries who recorded it, and in ``text`` how it was said.
    """

    borrower = models.ForeignKey(Borrower, on_delete=models.PROTECT, related_name="consents")
    contact_point = models.ForeignKey(
        ContactPoint, on_delete=models.PROTECT, related_name="consents"
    )
    given = models.BooleanField()
    at = models.DateTimeField()
    source = models.CharField(max_length=40)
    text = models.CharField(max_length=500, default="", db_default="", blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="consent_by_staff_says_who_and_how",
                condition=~Q(source="staff") | (Q(by__isnull=False) & ~Q(text="")),
            )
        ]
        indexes = [models.Index(fields=["borrower", "contact_point", "-at"], name="consent_newest")]
