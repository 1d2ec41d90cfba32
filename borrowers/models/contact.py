"""Phone numbers, and whose they are."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from borrowers.models.borrower import Borrower


class ContactPoint(models.Model):
    """A phone number.

    ``zones`` are the time zones its owner may be in: a text needs an hour open in all of them.
    ``jurisdictions`` is the set of places whose rules bind a text to it. ``seq`` grows with every send
    and every opt-out, so their order is total.
    """

    phone = models.CharField(max_length=16, unique=True)
    phone_last4 = models.CharField(max_length=4, db_index=True)
    country = models.CharField(max_length=2)
    zones = ArrayField(models.CharField(max_length=40))
    zone_source = models.CharField(max_length=12)
    jurisdictions = ArrayField(models.CharField(max_length=20))
    seq = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="contact_point_phone_is_e164",
                condition=Q(phone__regex=r"^\+[1-9][0-9]{6,14}$"),
            ),
            models.CheckConstraint(name="contact_point_has_a_zone", condition=Q(zones__len__gte=1)),
        ]

    def __str__(self) -> str:
        return f"…{self.phone_last4}"


SET_ASIDE = Q(relation="not_own") | Q(till_at__isnull=False)  # a number no text goes to


class BorrowerNumber(models.Model):
    """That a person is reached at a number: their own, a shared one, or known not to be theirs."""

    OWN, SHARED, NOT_OWN = "own", "shared", "not_own"

    borrower = models.ForeignKey(Borrower, on_delete=models.PROTECT, related_name="numbers")
    contact_point = models.ForeignKey(ContactPoint, on_delete=models.PROTECT, related_name="people")
    relation = models.CharField(max_length=8, default=OWN)
    verified_on = models.DateField(null=True)
    from_at = models.DateTimeField()
    till_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="borrower_number_relation_known",
                condition=Q(relation__in=["own", "shared", "not_own"]),
            ),
            models.UniqueConstraint(
                name="borrower_number_one_live",
                fields=["borrower", "contact_point"],
                condition=Q(till_at=None),
            ),
        ]
        indexes = [
            # Few of all numbers: whom no text reaches is found from here.
            models.Index(fields=["borrower"], name="borrower_number_set_aside", condition=SET_ASIDE)
        ]
