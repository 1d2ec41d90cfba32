"""What staff wrote down about a person."""

from django.conf import settings
from django.db import models

from borrowers.models.borrower import Borrower
from borrowers.models.hold import Hold


class Note(models.Model):
    """A few words by one member of staff; append-only. ``hold`` is what they were written with."""

    borrower = models.ForeignKey(Borrower, on_delete=models.PROTECT, related_name="notes")
    hold = models.ForeignKey(Hold, on_delete=models.PROTECT, null=True, related_name="notes")
    text = models.CharField(max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]
