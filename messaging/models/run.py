"""One planning."""

from django.conf import settings
from django.db import models

from messaging.models.strategy import Strategy


class Run(models.Model):
    """One planning of one strategy version: for which business date, when, by whom, how many."""

    strategy = models.ForeignKey(Strategy, on_delete=models.PROTECT, related_name="runs")
    business_on = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    candidates = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, default="")

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"#{self.pk}"
