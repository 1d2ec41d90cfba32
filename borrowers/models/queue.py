"""A list of people as somebody saw it: what a bulk act works on."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


class QueueSnapshot(models.Model):
    """People chosen in the queue, frozen: nobody joins or leaves the list afterwards.

    ``people`` are ids of borrowers in the order of the page; ``totals`` is what was overdue by
    currency; ``query`` is the address's filters, to go back to. Good until ``expires_at``.
    """

    people = ArrayField(models.BigIntegerField())
    count = models.PositiveIntegerField()
    totals = models.JSONField(default=dict)
    query = models.CharField(max_length=300, default="", blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="queue_snapshot_counts_its_people",
                condition=Q(people__len=F("count"), count__gte=1),
            ),
            models.CheckConstraint(
                name="queue_snapshot_expires_later", condition=Q(expires_at__gt=F("at"))
            ),
        ]
        permissions = [("work_queue", "Can work through the queue of people")]
