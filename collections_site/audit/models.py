"""What people and settings did, never changed afterwards, sealed in a chain of hashes."""

from django.conf import settings
from django.db import models


class Event(models.Model):
    """One act: who, what, on which row, what it was before and after.

    ``before`` and ``after`` hold ids, codes, times and amounts, and digests of personal content;
    never a name, a number or a text.
    """

    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    verb = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=40)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        ordering = ["-pk"]
        permissions = [("read_audit", "Can read the operation log")]
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="event_subject")]


class Seal(models.Model):
    """A link of the chain: the hash of the events up to one, and of the seal before."""

    through = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    events = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    previous = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="next"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="seal_chain_has_one_beginning",
                fields=["previous"],
                nulls_distinct=False,
            )
        ]
