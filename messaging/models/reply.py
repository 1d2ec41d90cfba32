"""A text from a borrower."""

from django.conf import settings
from django.db import models

from borrowers.models import Borrower, ContactPoint, Hold
from messaging.models.webhook import WebhookEvent


class Reply(models.Model):
    """What came back, what it seems to mean, and what was done about it.

    ``phone`` is kept even when the number is not on file: an opt-out from it must hold once it is.
    """

    event = models.OneToOneField(WebhookEvent, on_delete=models.PROTECT, related_name="reply")
    provider_code = models.CharField(max_length=12)
    phone = models.CharField(max_length=20)
    contact_point = models.ForeignKey(
        ContactPoint, on_delete=models.PROTECT, null=True, related_name="replies"
    )
    borrower = models.ForeignKey(
        Borrower, on_delete=models.PROTECT, null=True, related_name="replies"
    )
    text = models.TextField()
    intent = models.CharField(max_length=16)
    why = models.CharField(max_length=80, default="")
    hold = models.ForeignKey(Hold, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["at"], name="reply_waiting", condition=models.Q(handled_at=None))
        ]
