"""Who looks after whom."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from borrowers.models.borrower import Borrower


class Assignment(models.Model):
    """A person in a collector's care; one at a time."""

    borrower = models.ForeignKey(Borrower, on_delete=models.PROTECT, related_name="assignments")
    collector = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assignments"
    )
    team = models.CharField(max_length=40, default="", blank=True)
    from_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="assignment_one_live", fields=["borrower"], condition=Q(ended_at=None)
            )
        ]
        permissions = [
            ("assign_person", "Can give people into a collector's care, and take them out of it")
        ]
