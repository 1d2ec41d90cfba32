"""Why somebody may not be texted: the only truth about opt-outs."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from borrowers.models.borrower import Borrower
from borrowers.models.contact import ContactPoint
from borrowers.models.loan import Loan
from borrowers.policies.holds import LIFTED_BY_ONE

KINDS = [
    "opt_out",
    "dispute",
    "hardship",
    "bankruptcy",
    "deceased",
    "attorney",
    "breathing_space",
    "wrong_number",
    "complaint",
    "promise",
    "plan",
    "paid",
    "pause",
    "vulnerable",
]


class Hold(models.Model):
    """On a person, a number or a loan; from, till, by whom, lifted by whom; never deleted.

    ``lift_declined_*`` tell of the last time that a reviewer declined to lift it.
    """

    kind = models.CharField(max_length=16)
    borrower = models.ForeignKey(
        Borrower, on_delete=models.PROTECT, null=True, related_name="holds"
    )
    contact_point = models.ForeignKey(
        ContactPoint, on_delete=models.PROTECT, null=True, related_name="holds"
    )
    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, null=True, related_name="holds")
    source = models.CharField(max_length=40)
    from_at = models.DateTimeField()
    till_at = models.DateTimeField(null=True)
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    seq = models.BigIntegerField(null=True)
    lift_proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    lift_declined_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    lift_declined_at = models.DateTimeField(null=True)
    lift_declined_for = models.CharField(max_length=500, default="", db_default="", blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="hold_kind_known", condition=Q(kind__in=KINDS)),
            models.CheckConstraint(
                name="hold_is_on_one_thing",
                condition=Q(borrower__isnull=False, contact_point=None, loan=None)
                | Q(borrower=None, contact_point__isnull=False, loan=None)
                | Q(borrower=None, contact_point=None, loan__isnull=False),
            ),
            models.CheckConstraint(
                name="hold_lift_is_signed",
                condition=Q(lifted_at=None, lifted_by=None)
                | Q(lifted_at__isnull=False, lifted_by__isnull=False),
            ),
            models.CheckConstraint(
                name="hold_lift_is_declined_for_a_reason",
                condition=Q(lift_declined_by=None, lift_declined_at=None, lift_declined_for="")
                | (
                    Q(lift_declined_by__isnull=False, lift_declined_at__isnull=False)
                    & ~Q(lift_declined_for="")
                ),
            ),
            models.CheckConstraint(
                name="hold_of_a_legal_kind_is_lifted_by_two",
                condition=Q(lifted_at=None)
                | Q(kind__in=list(LIFTED_BY_ONE))
                | (Q(lift_proposed_by__isnull=False) & ~Q(lift_proposed_by=F("lifted_by"))),
            ),
        ]
        indexes = [
            models.Index(fields=[field], name=f"hold_live_{field}", condition=Q(lifted_at=None))
            for field in ("borrower", "contact_point", "loan")
        ] + [
            models.Index(
                fields=["contact_point"],
                name="hold_wrong_number",
                condition=Q(kind="wrong_number", lifted_at=None),
            )
        ]
        permissions = [
            ("place_hold", "Can record why somebody may not be texted"),
            (
                "lift_hold",
                "Can lift a pause, promise, plan or paid hold, and propose to lift others",
            ),
            ("approve_lift", "Can approve lifting a legal hold"),
        ]
