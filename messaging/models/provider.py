"""Who carries our texts, and where to; credentials live in the environment, never here."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from messaging.models.wording import Wording
from messaging.states import RegistrationState


class Provider(models.Model):
    """A carrier we have an adapter for.

    Where it ``requires_registration`` it carries only wordings that it has accepted beforehand.
    """

    code = models.CharField(max_length=12, primary_key=True)
    name = models.CharField(max_length=40)
    enabled = models.BooleanField(default=True)
    requires_registration = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class Sender(models.Model):
    """A way out: which countries it serves, how fast, at what price a part.

    The first enabled sender by priority whose countries contain the number's carries the text.
    ``rate`` is texts a second, empty when the provider sets no limit.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="senders")
    name = models.CharField(max_length=40)
    countries = ArrayField(models.CharField(max_length=2))
    priority = models.PositiveSmallIntegerField()
    rate = models.PositiveSmallIntegerField(null=True)
    price = models.DecimalField(max_digits=8, decimal_places=4)
    currency = models.CharField(max_length=3)
    enabled = models.BooleanField(default=True)

    class Meta:
        ordering = ["priority", "pk"]
        constraints = [models.UniqueConstraint(name="sender_priority_once", fields=["priority"])]

    def __str__(self) -> str:
        return self.name


class Registration(models.Model):
    """What a carrier says of a wording, beside our own approval.

    ``template_code`` and ``reference`` are the carrier's names for it; ``reason`` is why it was
    refused; ``checked_on`` is the day somebody last looked.
    """

    wording = models.ForeignKey(Wording, on_delete=models.PROTECT, related_name="registrations")
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="registrations")
    state = models.CharField(max_length=12, choices=RegistrationState.choices)
    template_code = models.CharField(max_length=40, default="", blank=True)
    reference = models.CharField(max_length=64, default="", blank=True)
    reason = models.CharField(max_length=200, default="", blank=True)
    checked_on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["provider"]
        permissions = [("register_wording", "Can record a carrier's registration of a wording")]
        constraints = [
            models.UniqueConstraint(name="registration_once", fields=["wording", "provider"]),
            models.CheckConstraint(
                name="registration_state_known", condition=Q(state__in=RegistrationState.values)
            ),
            models.CheckConstraint(
                name="registration_accepted_has_a_code",
                condition=~Q(state="accepted") | ~Q(template_code=""),
            ),
            models.CheckConstraint(
                name="registration_refused_says_why", condition=~Q(state="refused") | ~Q(reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wording_id}·{self.provider_id}"
