"""The lender, and the people it lends to."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Reverse


def bucket_days() -> list[int]:
    """The last day past due of each bucket from M1 on; what is later is in one more, open bucket."""
    return [30, 60, 90, 120, 150, 180]


class Lender(models.Model):
    """The one lender this installation serves.

    ``balance_hours``: amounts older than this are not stated; empty leaves it to the house limit,
    which it can only tighten.
    """

    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    contact_line = models.CharField(max_length=40)
    party = models.CharField(max_length=10, default="first")
    time_zone = models.CharField(max_length=40)
    jurisdictions = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    balance_hours = models.PositiveSmallIntegerField(null=True)
    bucket_days = ArrayField(models.PositiveSmallIntegerField(), default=bucket_days)

    class Meta:
        constraints = [
            models.CheckConstraint(name="lender_has_buckets", condition=Q(bucket_days__len__gte=1)),
            models.CheckConstraint(
                name="lender_balance_hours_are_some",
                condition=Q(balance_hours=None) | Q(balance_hours__gte=1),
            ),
            models.CheckConstraint(name="lender_is_one_row", condition=Q(pk=1)),
            models.CheckConstraint(
                name="lender_party_known", condition=Q(party__in=["first", "third"])
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BorrowerQuerySet(models.QuerySet["Borrower"]):
    def visible_to(self, user: "User | AnonymousUser | AbstractBaseUser") -> "BorrowerQuerySet":
        """The people this member of staff may see: collectors see their own, others everyone."""
        if isinstance(user, User) and user.has_perm("borrowers.view_all_borrowers"):
            return self
        return self.filter(assignments__collector=user.pk, assignments__ended_at=None)


class Borrower(models.Model):
    """A person who borrowed, known by the lender's own number for them.

    ``changed_as_of`` is when the lender exported the files that last changed anything of them here.
    """

    borrower_ref = models.CharField(max_length=40, unique=True)
    full_name = models.CharField(max_length=80)
    name_pinyin = models.CharField(max_length=200, default="", db_index=True)
    name_initials = models.CharField(max_length=40, default="", db_index=True)
    language = models.CharField(max_length=12)
    region = models.CharField(max_length=12)
    locality = models.CharField(max_length=60, default="", blank=True)
    time_zone = models.CharField(max_length=40, default="", blank=True)
    absent_since = models.DateTimeField(null=True)
    changed_as_of = models.DateTimeField(null=True)

    objects: Any = BorrowerQuerySet.as_manager()

    class Meta:
        permissions = [
            ("view_all_borrowers", "Can see every borrower"),
            ("import_portfolio", "Can import portfolio files"),
            ("handle_reply", "Can look at replies and close them"),
        ]
        # Names by their end, whatever the database's collation.
        indexes = [
            models.Index(
                OpClass(Reverse(field), name="text_pattern_ops"), name=f"borrower_{field}_end"
            )
            for field in ("full_name", "name_pinyin")
        ]

    def __str__(self) -> str:
        return self.borrower_ref
