"""What a provider told us, verbatim, once."""

from django.db import models


class WebhookEvent(models.Model):
    """One signed call of a provider. ``key`` is the same however often it is repeated.

    ``payload`` is what was said, word for word; no foreign keys.
    """

    provider_code = models.CharField(max_length=12)
    key = models.CharField(max_length=120)
    kind = models.CharField(max_length=12)
    attempt_id = models.UUIDField(null=True)
    payload = models.JSONField()
    received_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=24, default="", blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(name="webhook_event_once", fields=["provider_code", "key"])
        ]
        indexes = [
            models.Index(fields=["attempt_id"], name="webhook_event_of_attempt"),
            models.Index(
                fields=["id"], name="webhook_event_waiting", condition=models.Q(applied_at=None)
            ),
        ]
