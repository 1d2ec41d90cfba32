"""Files on their way into the book: brought by browser, or kept by the nightly command."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from borrowers.models.import_batch import ImportBatch
from borrowers.models.sentence import SentenceField
from borrowers.states import OPEN, UploadState


class Upload(models.Model):
    """One to four files, what they would change, and who said yes.

    ``files`` describes each file and how its columns are read, ``figures`` are the sender's own totals,
    ``found`` is what the check found: counts, sums, samples, jumps. The bytes lie under
    VAR_DIR/imports/<id>/ until ``keep_until`` or until they are applied. ``repairs`` names the upload
    whose rejected rows these are. Without ``by`` the nightly command brought them; ``changed_by`` has
    the ids of all who have since had a hand in columns, figures or rows.
    """

    source = models.CharField(max_length=60)
    full = models.BooleanField(default=True)
    data_as_of = models.DateTimeField()
    state = models.CharField(max_length=10, choices=UploadState.choices, default="mapping")
    files = models.JSONField(default=list)
    figures = models.JSONField(default=dict)
    found = models.JSONField(default=dict)
    problem = SentenceField(default=str)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    changed_by = ArrayField(models.BigIntegerField(), default=list)
    at = models.DateTimeField()
    keep_until = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    released_at = models.DateTimeField(null=True)
    repairs = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="mended")
    batch = models.ForeignKey(
        ImportBatch, on_delete=models.PROTECT, null=True, related_name="uploads"
    )

    class Meta:
        ordering = ["-pk"]
        permissions = [("release_import", "Can release a suspicious import")]
        constraints = [
            models.CheckConstraint(
                name="upload_state_known", condition=Q(state__in=UploadState.values)
            ),
            models.CheckConstraint(
                name="upload_released_by_another",
                condition=Q(released_by=None) | ~Q(released_by=F("by")),
            ),
            models.CheckConstraint(
                name="upload_released_by_nobody_who_changed",
                condition=Q(released_by=None) | ~Q(changed_by__contains=[F("released_by")]),
            ),
            models.CheckConstraint(
                name="upload_applied_has_a_batch",
                condition=~Q(state="applied") | Q(batch__isnull=False),
            ),
            models.CheckConstraint(
                name="upload_unusual_is_released_first",
                condition=~Q(state__in=["applying", "applied"])
                | Q(found__jumps=[])
                | Q(released_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["state"], name="upload_open", condition=Q(state__in=OPEN)),
        ]

    def __str__(self) -> str:
        return f"U{self.pk}"


class UploadRow(models.Model):
    """A row that cannot be taken as it is: its cells in our order of columns, until somebody mends it."""

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="rows")
    file = models.CharField(max_length=40)
    row = models.PositiveIntegerField()
    column = models.CharField(max_length=40)
    reason = SentenceField(default=str)
    cells = models.JSONField(default=list)
    mended = models.BooleanField(default=False)

    class Meta:
        ordering = ["file", "row"]


class ColumnMapping(models.Model):
    """Which of a source's columns is which of ours, as somebody last confirmed it."""

    source = models.CharField(max_length=60)
    file = models.CharField(max_length=40)
    columns = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="column_mapping_once_a_file", fields=["source", "file"])
        ]
