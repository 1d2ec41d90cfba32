"""What a person said they would pay, and by when."""

from django.db import models
from django.db.models import Q

from borrowers.models.hold import Hold


class Promise(models.Model):
    """An amount by a day; append-only. Whether it is kept is computed from the payments.

    ``made_on`` is the business date it was recorded on; ``paid_already`` is what was on file then as
    paid on that day or later, in ``currency``, so that the same money does not keep the promise.
    """

    hold = models.ForeignKey(Hold, on_delete=models.PROTECT, related_name="promises")
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    currency = models.CharField(max_length=3)
    due_on = models.DateField()
    made_on = models.DateField()
    paid_already = models.DecimalField(max_digits=14, decimal_places=2, default=0)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(name="promise_is_of_money", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="promise_is_for_later", condition=Q(due_on__gte=models.F("made_on"))
            ),
            models.CheckConstraint(
                name="promise_currency_is_iso", condition=Q(currency__regex="^[A-Z]{3}$")
            ),
        ]
        indexes = [models.Index(fields=["due_on"], name="promise_by_day")]
