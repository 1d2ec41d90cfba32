"""What a person agreed to, at which number; append-only."""

from django.db import models

from borrowers.models.borrower import Borrower
from borrowers.models.contact import ContactPoint


class Consent(models.Model):
    """Given or withdrawn, for texts to one number; the newest ``at`` wins."""

    borrower = models.ForeignKey(Borrower, on_delete=models.PROTECT, related_name="consents")
    contact_point = models.ForeignKey(
        ContactPoint, on_delete=models.PROTECT, related_name="consents"
    )
    given = models.BooleanField()
    at = models.DateTimeField()
    source = models.CharField(max_length=40)

    class Meta:
        indexes = [models.Index(fields=["borrower", "contact_point", "-at"], name="consent_newest")]
