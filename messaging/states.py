"""Every state and every allowed step, on one screen."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from collections_site.lib.steps import Steps


class ReminderKind(TextChoices):
    STEP = "step", _("Reminder")
    ONE_OFF = "one_off", _("One-off reminder")
    ACKNOWLEDGEMENT = "acknowledgement", _("Opt-out confirmation")
    REPLY = "reply", _("Reply")
    TEST = "test", _("Test")


class ReminderState(TextChoices):
    SCHEDULED = "scheduled", _("Scheduled")
    SUBMITTED = "submitted", _("Sent")
    WITHHELD = "withheld", _("Not sent")
    EXPIRED = "expired", _("Not sent in time")
    CANCELLED = "cancelled", _("Cancelled")


class AttemptState(TextChoices):
    SUBMITTING = "submitting", _("Being handed over")
    ACCEPTED = "accepted", _("Accepted by the carrier")
    REJECTED = "rejected", _("Refused by the carrier")
    NOT_SENT = "not_sent", _("Not handed over")
    UNKNOWN = "unknown", _("Sent or not: unknown")
    PRESUMED_LOST = "presumed_lost", _("Presumed lost")


class Delivery(TextChoices):
    NONE = "none", _("No report yet")
    QUEUED = "queued", _("Queued at the carrier")
    SENT = "sent", _("On its way")
    DELIVERED = "delivered", _("Delivered")
    UNDELIVERED = "undelivered", _("Not delivered")


class WordingState(TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Waiting for approval")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")
    RETIRED = "retired", _("Retired")
    EXPIRED = "expired", _("Expired")


class Purpose(TextChoices):
    """What a text is for, in the order in which a loan meets them."""

    BEFORE_DUE = "before_due", _("Before the due date")
    DUE_TODAY = "due_today", _("On the due date")
    EARLY_OVERDUE = "early_overdue", _("Up to a month late")
    LATE_OVERDUE = "late_overdue", _("More than a month late")
    OPT_OUT_ACKNOWLEDGED = "opt_out_acknowledged", _("Opt-out confirmed")
    REPLY = "reply", _("Answer to a reply")


class Rejection(TextChoices):
    """Why a reviewer says no to a wording."""

    TONE = "tone", _("Tone: presses, threatens or shames")
    FACTS = "facts", _("Facts: not true for everybody who gets it")
    LAW = "law", _("Law: something is missing or not permitted")
    PRIVACY = "privacy", _("Privacy: others could understand it")
    LENGTH = "length", _("Length: longer than it needs to be")
    OTHER = "other", _("Something else")


class RegistrationState(TextChoices):
    WAITING = "waiting", _("Waiting for the carrier")
    ACCEPTED = "accepted", _("Registered")
    REFUSED = "refused", _("Refused by the carrier")


R, A, D, W = ReminderState, AttemptState, Delivery, WordingState

REMINDER_STEPS: Steps = {
    R.SCHEDULED: frozenset({R.SUBMITTED, R.WITHHELD, R.EXPIRED, R.CANCELLED}),
    R.SUBMITTED: frozenset({R.SCHEDULED}),  # only when its newest attempt is not_sent
    R.WITHHELD: frozenset(),
    R.EXPIRED: frozenset(),
    R.CANCELLED: frozenset(),
}
ATTEMPT_STEPS: Steps = {
    A.SUBMITTING: frozenset({A.ACCEPTED, A.REJECTED, A.NOT_SENT, A.UNKNOWN}),
    A.UNKNOWN: frozenset({A.ACCEPTED, A.REJECTED, A.PRESUMED_LOST}),
    A.PRESUMED_LOST: frozenset({A.ACCEPTED, A.REJECTED}),
    A.ACCEPTED: frozenset(),
    A.REJECTED: frozenset(),
    A.NOT_SENT: frozenset(),
}
WORDING_STEPS: Steps = {
    W.DRAFT: frozenset({W.SUBMITTED}),
    W.SUBMITTED: frozenset({W.APPROVED, W.REJECTED, W.DRAFT}),
    W.APPROVED: frozenset({W.RETIRED, W.EXPIRED}),
    W.REJECTED: frozenset(),
    W.RETIRED: frozenset(),
    W.EXPIRED: frozenset(),
}
# Reminders of these kinds are bound by hours, caps, holds, consent and amount.
BOUND_KINDS = [ReminderKind.STEP, ReminderKind.ONE_OFF]
# An attempt in one of these states may have reached the phone, and counts against the caps.
COUNTED = [A.SUBMITTING, A.ACCEPTED, A.UNKNOWN, A.PRESUMED_LOST]
