"""Who carries our texts, and where to; credentials live in the environment, never here."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Provider(models.Model):
    """A carrier we have an adapter for."""

    code = models.CharField(max_length=12, primary_key=True)
    name = models.CharField(max_length=40)
    enabled = models.BooleanField(default=True)

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
