"""Debts: the contract, its schedule, what was paid, and every change of what is owed."""

from datetime import date

from django.db import models
from django.db.models import F, Q

from borrowers.models.borrower import Borrower
from borrowers.policies.imports import PRODUCTS


class Loan(models.Model):
    """A contract. ``version`` grows whenever what is owed changes.

    The arrears were computed for the business date ``arrears_on`` and hold until ``arrears_until``, the
    last date before something falls due or a payment counts; None: for ever. ``overdue_since`` is the due date
    of the oldest unpaid instalment due before it; ``overdue_amount`` is all that is unpaid of
    instalments due before it; ``overdue_number`` and ``next_number`` name the instalments meant.
    ``data_as_of`` is when the lender exported what that rests on. While a row of the loan is unread
    (`UnreadRow`) it stays, and ``taken_as_of`` is when the newest files were exported of which
    something was taken all the same.
    """

    loan_ref = models.CharField(max_length=40, unique=True)
    borrower = models.ForeignKey(Borrower, on_delete=models.PROTECT, related_name="loans")
    product = models.CharField(max_length=20)
    currency = models.CharField(max_length=3)
    principal = models.DecimalField(max_digits=14, decimal_places=2)
    opened_on = models.DateField()
    status = models.CharField(max_length=12)
    version = models.BigIntegerField(default=1)
    arrears_on = models.DateField(null=True)
    arrears_until = models.DateField(null=True)
    overdue_since = models.DateField(null=True)
    overdue_number = models.IntegerField(null=True)
    overdue_amount = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    next_due_on = models.DateField(null=True)
    next_number = models.IntegerField(null=True)
    next_due_amount = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    data_as_of = models.DateTimeField(null=True)
    taken_as_of = models.DateTimeField(null=True)
    absent_since = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="loan_currency_is_iso", condition=Q(currency__regex="^[A-Z]{3}$")
            ),
            models.CheckConstraint(
                name="loan_status_known",
                condition=Q(status__in=["active", "settled", "written_off", "sold"]),
            ),
            models.CheckConstraint(
                name="loan_product_known",
                condition=Q(product__in=list(PRODUCTS)),
            ),
            models.CheckConstraint(
                name="loan_overdue_has_a_date",
                condition=Q(overdue_amount=0, overdue_since=None)
                | Q(overdue_amount__gt=0, overdue_since__lt=F("arrears_on")),
            ),
            models.CheckConstraint(
                name="loan_next_due_has_a_date",
                condition=Q(next_due_amount=0, next_due_on=None)
                | Q(next_due_amount__gt=0, next_due_on__gte=F("arrears_on")),
            ),
            models.CheckConstraint(
                name="loan_arrears_hold_a_day",
                condition=Q(arrears_until=None) | Q(arrears_until__gte=F("arrears_on")),
            ),
        ]
        indexes = [
            # What a day has overtaken.
            models.Index(
                fields=["arrears_until"], name="loan_overtaken", condition=Q(status="active")
            ),
            # A day's candidates are found by these two, however large the book.
            models.Index(
                fields=["next_due_on"],
                name="loan_due_soon",
                condition=Q(status="active", overdue_since=None),
            ),
            models.Index(
                fields=["overdue_since"], name="loan_overdue", condition=Q(status="active")
            ),
            # What a person has overdue, added up without reading the loans themselves.
            models.Index(
                fields=["borrower", "currency"],
                include=["overdue_amount"],
                name="loan_overdue_of_person",
                condition=Q(status="active", overdue_since__isnull=False),
            ),
            # The queue's other order.
            models.Index(
                fields=["-overdue_amount", "id"],
                name="loan_largest_overdue",
                condition=Q(status="active", overdue_since__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.loan_ref

    def holds_on(self, day: date) -> date | None:
        """``day`` where the arrears on file are those of that business date; else the one they are of."""
        on, until = self.arrears_on, self.arrears_until
        return day if on and on <= day and (until is None or day <= until) else on


class LoanChange(models.Model):
    """What a loan owed from one version on, and why it changed; append-only, no foreign keys."""

    loan_id = models.BigIntegerField()
    version = models.BigIntegerField()
    status = models.CharField(max_length=12)
    overdue_since = models.DateField(null=True)
    overdue_amount = models.DecimalField(max_digits=14, decimal_places=2)
    next_due_on = models.DateField(null=True)
    next_due_amount = models.DecimalField(max_digits=14, decimal_places=2)
    cause = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="loan_change_once_a_version", fields=["loan_id", "version"]
            )
        ]


class Instalment(models.Model):
    """What falls due on a day; one that a full import no longer names is withdrawn and owes nothing."""

    # No constraint in the database: rows come only by a join on the loan, and loans are never deleted.
    loan = models.ForeignKey(
        Loan,
        on_delete=models.PROTECT,
        related_name="instalments",
        db_constraint=False,
        db_index=False,
    )
    number = models.IntegerField()
    due_on = models.DateField()
    amount_due = models.DecimalField(max_digits=14, decimal_places=2)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                name="instalment_number_once_a_loan", fields=["loan", "number"]
            ),
            models.CheckConstraint(
                name="instalment_is_not_negative", condition=Q(amount_due__gte=0)
            ),
        ]


class Repayment(models.Model):
    """A payment on a loan; a reversal is negative."""

    repayment_ref = models.CharField(max_length=40, unique=True)
    loan = models.ForeignKey(
        Loan, on_delete=models.PROTECT, related_name="repayments", db_constraint=False
    )
    paid_on = models.DateField()
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    absent_since = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-paid_on", "-pk"]
        constraints = [models.CheckConstraint(name="repayment_is_not_zero", condition=~Q(amount=0))]
