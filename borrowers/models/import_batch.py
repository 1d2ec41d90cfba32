"""A directory of portfolio files, once taken in."""

from django.conf import settings
from django.db import models

from borrowers.models.loan import Loan
from borrowers.models.sentence import SentenceField


class ImportBatch(models.Model):
    """Four files with their digests, when the lender exported them, and what they changed.

    ``unusual`` are the jumps it was taken in with: somebody released them, or the command was told to.
    """

    digest = models.CharField(max_length=64)
    data_as_of = models.DateTimeField()
    full = models.BooleanField(default=True)
    files = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    rejected = models.PositiveIntegerField(default=0)
    unusual = models.JSONField(default=list)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(name="import_batch_once", fields=["digest", "data_as_of"])
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class RejectedRow(models.Model):
    """A row that could not be taken: where it stands in the file, and what to put right."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="rejected_rows")
    file = models.CharField(max_length=40)
    row = models.PositiveIntegerField()
    column = models.CharField(max_length=40)
    reason = SentenceField(default=str)

    class Meta:
        ordering = ["file", "row"]


class UnreadRow(models.Model):
    """That a loan is in doubt: a row of it could not be taken, and nothing has made up for it since.

    ``key`` tells the row among those of its file: the number of an instalment, else the row's own ref;
    empty where it could not be read.
    """

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="unread_rows")
    loan = models.ForeignKey(Loan, on_delete=models.CASCADE, related_name="unread_rows")
    file = models.CharField(max_length=40)
    row = models.PositiveIntegerField()
    key = models.CharField(max_length=40)
