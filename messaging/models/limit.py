"""The dated limits that the walls read and the policy reads as objects."""

from django.db import models
from django.db.models import Q

KINDS = ["window", "cap", "spacing", "holiday", "freshness"]


class Limit(models.Model):
    """One row of a rulebook: a window, a cap, a spacing, a holiday or a freshness.

    ``weekday`` 0 is Monday, empty every day; ``opens`` and ``closes`` are local and half-open;
    ``hours`` empty means a local calendar day; ``layer`` says law or house policy;
    ``counts`` is "texts", or "contacts" where calls use the limit up too.
    """

    rule = models.CharField(max_length=24)
    jurisdiction = models.CharField(max_length=20)
    kind = models.CharField(max_length=10)
    layer = models.CharField(max_length=5)
    party = models.CharField(max_length=5, default="any")
    weekday = models.SmallIntegerField(null=True)
    day_kind = models.CharField(max_length=8, default="any")
    opens = models.TimeField(null=True)
    closes = models.TimeField(null=True)
    most = models.SmallIntegerField(null=True)
    hours = models.SmallIntegerField(null=True)
    per = models.CharField(max_length=14, default="", blank=True)
    counts = models.CharField(max_length=8, default="texts")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    source = models.CharField(max_length=300)
    confidence = models.CharField(max_length=4)

    class Meta:
        ordering = ["jurisdiction", "rule", "pk"]
        constraints = [
            models.CheckConstraint(
                name="limit_kind_known",
                condition=Q(kind__in=KINDS),
            ),
            models.CheckConstraint(
                name="limit_layer_known", condition=Q(layer__in=["law", "house"])
            ),
            models.CheckConstraint(
                name="limit_counts_known", condition=Q(counts__in=["texts", "contacts"])
            ),
            models.CheckConstraint(
                name="limit_window_has_hours",
                condition=~Q(kind="window") | Q(opens__isnull=False, closes__isnull=False),
            ),
        ]
