"""The intent to send one text."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from borrowers.models import Borrower, ContactPoint, Hold, Instalment, Loan
from messaging.models.reply import Reply
from messaging.models.run import Run
from messaging.models.wording import MessageTemplate, Wording
from messaging.states import ReminderKind, ReminderState


class Reminder(models.Model):
    """Why, when and with which wording one text should go to one person; never the wire itself.

    Contact point, wording, text and values are fixed when it is submitted. ``answer`` and ``reasons``
    are the newest decision's, kept here for lists. Foreign keys nobody looks up by have no index:
    thousands of these rows are written at once.
    """

    kind = models.CharField(max_length=16, choices=ReminderKind.choices)
    state = models.CharField(
        max_length=12, choices=ReminderState.choices, default=ReminderState.SCHEDULED
    )
    run = models.ForeignKey(
        Run, on_delete=models.PROTECT, null=True, related_name="reminders", db_index=False
    )
    template = models.ForeignKey(
        MessageTemplate, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    borrower = models.ForeignKey(
        Borrower, on_delete=models.PROTECT, null=True, related_name="reminders", db_index=False
    )
    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, null=True, related_name="reminders")
    instalment = models.ForeignKey(
        Instalment,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    instalment_due_on = models.DateField(null=True)
    touch = models.CharField(max_length=12, default="", blank=True)
    step_on = models.DateField(null=True)
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    answer = models.CharField(max_length=6, default="")
    reasons = models.JSONField(default=list)
    errors = models.PositiveSmallIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)

    contact_point = models.ForeignKey(
        ContactPoint,
        on_delete=models.PROTECT,
        null=True,
        related_name="reminders",
        db_index=False,
    )
    wording = models.ForeignKey(
        Wording,
        on_delete=models.PROTECT,
        null=True,
        related_name="reminders",
        db_index=False,
    )
    values = models.JSONField(null=True)
    text = models.TextField(null=True)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    loan_version = models.BigIntegerField(null=True)
    hold = models.ForeignKey(
        Hold, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    reply = models.ForeignKey(
        Reply, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        permissions = [
            ("send_one_off", "Can send a one-off reminder"),
            ("view_sending", "Can see sending, runs and decisions"),
        ]
        constraints = [
            models.CheckConstraint(
                name="reminder_kind_known", condition=Q(kind__in=ReminderKind.values)
            ),
            models.CheckConstraint(
                name="reminder_state_known", condition=Q(state__in=ReminderState.values)
            ),
            models.CheckConstraint(
                name="reminder_of_a_loan_names_it",
                condition=~Q(kind__in=["step", "one_off"])
                | Q(
                    loan__isnull=False,
                    borrower__isnull=False,
                    instalment__isnull=False,
                    instalment_due_on__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="reminder_step_has_a_run",
                condition=~Q(kind="step") | (Q(run__isnull=False) & ~Q(touch="")),
            ),
            models.CheckConstraint(
                name="reminder_submitted_is_complete",
                condition=~Q(state="submitted")
                | Q(
                    contact_point__isnull=False,
                    wording__isnull=False,
                    text__isnull=False,
                    values__isnull=False,
                ),
            ),
            models.UniqueConstraint(
                name="reminder_touch_once",
                fields=["loan", "instalment_due_on", "touch"],
                condition=Q(kind="step") & ~Q(state="cancelled"),
            ),
            models.UniqueConstraint(
                name="reminder_one_acknowledgement_a_hold",
                fields=["hold"],
                condition=Q(kind="acknowledgement"),
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="reminder_queue", condition=Q(state="scheduled")),
            models.Index(fields=["borrower", "step_on"], name="reminder_of_person"),
            models.Index(fields=["run", "state"], name="reminder_by_run"),
            models.Index(fields=["step_on", "state"], name="reminder_by_day"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
