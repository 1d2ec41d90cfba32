"""Stopping what leaves the building."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

SCOPES = ["all", "provider", "strategy", "run"]
REASONS = ["wrong_wording", "wrong_people", "complaints", "provider", "other"]


class SendingStop(models.Model):
    """While it is live nothing in its scope is sent; two people resume it; never deleted."""

    scope = models.CharField(max_length=10)
    target = models.CharField(max_length=20, default="", blank=True)
    reason = models.CharField(max_length=16)
    note = models.CharField(max_length=300, default="", blank=True)
    stopped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    stopped_at = models.DateTimeField()
    resume_proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    resume_proposed_at = models.DateTimeField(null=True)
    resumed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    resumed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        permissions = [
            ("stop_sending", "Can stop sending"),
            ("propose_resume", "Can propose to resume sending"),
            ("approve_resume", "Can approve resuming sending"),
        ]
        constraints = [
            models.CheckConstraint(name="sending_stop_scope_known", condition=Q(scope__in=SCOPES)),
            models.CheckConstraint(
                name="sending_stop_reason_known", condition=Q(reason__in=REASONS)
            ),
            models.CheckConstraint(
                name="sending_stop_is_resumed_by_two",
                condition=Q(resumed_at=None, resumed_by=None)
                | (
                    Q(resumed_at__isnull=False, resumed_by__isnull=False)
                    & Q(resume_proposed_by__isnull=False)
                    & ~Q(resumed_by=F("resume_proposed_by"))
                ),
            ),
        ]
