"""A directory of portfolio files, once taken in."""

from django.conf import settings
from django.db import models


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
    reason = models.CharField(max_length=300)

    class Meta:
        ordering = ["file", "row"]
