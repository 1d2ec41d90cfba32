"""One planning."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import ngettext

from messaging.models.strategy import Strategy


class Run(models.Model):
    """One planning of one strategy version, or one list of people that somebody sent reminders to.

    For which business date, when, by whom, how many. A list has no ``strategy``, and its ``digest`` is
    that of what was shown before it was sent: the same page makes one run.
    """

    strategy = models.ForeignKey(Strategy, on_delete=models.PROTECT, null=True, related_name="runs")
    business_on = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    candidates = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, default="")

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                name="run_of_a_list_once", fields=["digest"], condition=Q(strategy=None)
            ),
            models.CheckConstraint(
                name="run_of_a_list_has_a_sender",
                condition=Q(strategy__isnull=False) | Q(by__isnull=False) & ~Q(digest=""),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def source(self) -> str:
        """Whose plan it was: the strategy and its version, or a list of so many people."""
        if self.strategy is not None:
            return str(self.strategy)
        sentence = ngettext("List of one person", "List of %(n)s people", self.candidates)
        return sentence % {"n": f"{self.candidates:,}"}
