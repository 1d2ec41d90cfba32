"""The queue as somebody saw it: lists of people frozen, and filters kept under a name."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


class QueueSnapshot(models.Model):
    """People chosen in the queue, frozen: nobody joins or leaves the list afterwards.

    ``people`` are ids of borrowers in the order of the page; ``totals`` is what was overdue by
    currency, ``as_of`` when the oldest of those balances was exported, NULL where that is not known of
    all; ``query`` is the address's filters, to go back to. Good until ``expires_at``. With ``walk`` the
    list is gone through one person at a time, and no act reaches all of it.
    """

    people = ArrayField(models.BigIntegerField())
    count = models.PositiveIntegerField()
    totals = models.JSONField(default=dict)
    as_of = models.DateTimeField(null=True)
    query = models.CharField(max_length=300, default="", blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    expires_at = models.DateTimeField()
    walk = models.BooleanField(default=False)

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
        permissions = [
            ("view_queue", "Can see the queue of people and choose some of them"),
            ("work_queue", "Can work through the queue of people"),
            ("export_list", "Can export a list of people, masked"),
        ]


class SavedView(models.Model):
    """Filters of the queue under a name: of who saved them, or with ``shared`` of all staff.

    ``query`` is the query string that the queue reads, filters and order, without the page.
    ``pinned_by`` are those who have it on their Today, each for oneself.
    """

    name = models.CharField(max_length=40)
    query = models.CharField(max_length=300)
    shared = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    pinned_by = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")

    class Meta:
        ordering = ["-shared", "pk"]
        constraints = [
            models.UniqueConstraint(name="saved_view_name_once_a_person", fields=["by", "name"]),
            models.CheckConstraint(
                name="saved_view_has_a_name", condition=Q(name__regex="^\\S(.*\\S)?$")
            ),
            models.CheckConstraint(name="saved_view_narrows", condition=~Q(query="")),
        ]
        permissions = [("share_view", "Can save a view of the queue for everybody")]

    def __str__(self) -> str:
        return self.name
