"""A purpose, and the texts for it that people approve."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from borrowers.models import ContactPoint
from messaging.states import Purpose, Rejection, WordingState

PURPOSES = Purpose.values
PRODUCTS = ["", "credit_card", "consumer_loan", "instalment_plan"]
REJECTIONS = Rejection.values


class MessageTemplate(models.Model):
    """What a text is for: ``T-001`` "Three days before the due date".

    Code, purpose and product never change: approvals of its wordings rest on them. An empty product
    fits every loan.
    """

    code = models.CharField(max_length=12, unique=True)
    purpose = models.CharField(max_length=24)
    product = models.CharField(max_length=20, default="", blank=True)
    name_en = models.CharField(max_length=60)
    name_zh = models.CharField(max_length=60)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="message_template_purpose_known",
                condition=Q(purpose__in=PURPOSES),
            ),
            models.CheckConstraint(
                name="message_template_product_known",
                condition=Q(product__in=PRODUCTS),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def purpose_word(self) -> str:
        """The purpose in the reader's language."""
        return str(Purpose(self.purpose).label)


class Wording(models.Model):
    """One text for a template, language and set of jurisdictions. Once submitted it never changes.

    ``signature`` stands before ``text`` in every rendering and is billed like the rest. An empty set
    of jurisdictions fits everywhere. ``fingerprint`` covers all that a reviewer sees.

    ``answers`` are the author's words on each finding that needs judgement (``rule``, ``text``,
    ``why``), ``checked_by`` the version of the checks that made the findings; both are set as it is
    submitted. ``needs_second`` marks a text that speaks of a legal step or the credit record.
    """

    template = models.ForeignKey(MessageTemplate, on_delete=models.PROTECT, related_name="wordings")
    version = models.PositiveIntegerField()
    language = models.CharField(max_length=12)
    jurisdictions = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    channel = models.CharField(max_length=8, default="sms")
    signature = models.CharField(max_length=40, blank=True)
    text = models.TextField(max_length=1000)
    placeholders = ArrayField(models.CharField(max_length=20), default=list)
    expires_at = models.DateTimeField(null=True)
    fingerprint = models.CharField(max_length=64)
    state = models.CharField(
        max_length=12, default=WordingState.DRAFT, choices=WordingState.choices
    )
    live = models.BooleanField(default=False)
    reason = models.CharField(max_length=200, default="", blank=True)
    answers = models.JSONField(default=list, blank=True)
    checked_by = models.CharField(max_length=80, default="", blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="wordings_written"
    )
    written_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="wordings_decided",
    )
    decided_at = models.DateTimeField(null=True)
    comment = models.CharField(max_length=500, default="", blank=True)
    rejected_for = models.CharField(max_length=12, default="", blank=True)
    needs_second = models.BooleanField(default=False)
    second_reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    second_decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["template", "-version"]
        permissions = [
            ("approve_wording", "Can approve or reject a wording"),
            ("retire_wording", "Can retire a wording"),
        ]
        constraints = [
            models.CheckConstraint(
                name="wording_state_known", condition=Q(state__in=WordingState.values)
            ),
            models.CheckConstraint(
                name="wording_approved_by_another",
                condition=~Q(state__in=["approved", "retired", "expired"])
                | (Q(reviewer__isnull=False, decided_at__isnull=False) & ~Q(reviewer=F("author"))),
            ),
            models.CheckConstraint(
                name="wording_reviewer_is_not_author",
                condition=Q(reviewer=None) | ~Q(reviewer=F("author")),
            ),
            models.CheckConstraint(
                name="wording_second_reviewer_is_another",
                condition=Q(second_reviewer=None)
                | (~Q(second_reviewer=F("author")) & ~Q(second_reviewer=F("reviewer"))),
            ),
            models.CheckConstraint(
                name="wording_rejected_says_why",
                condition=~Q(state="rejected") | (Q(rejected_for__in=REJECTIONS) & ~Q(comment="")),
            ),
            models.CheckConstraint(
                name="wording_live_is_approved", condition=Q(live=False) | Q(state="approved")
            ),
            models.UniqueConstraint(name="wording_version_once", fields=["template", "version"]),
            models.UniqueConstraint(
                name="wording_one_live",
                fields=["template", "language", "jurisdictions", "channel"],
                condition=Q(live=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template_id}·v{self.version}"

    @property
    def rejected_because(self) -> str:
        """The reason of a rejection in the reader's language, empty where there was none."""
        return str(Rejection(self.rejected_for).label) if self.rejected_for else ""


class UnsavedWording(models.Model):
    """What somebody typed into the form of a wording and has not saved yet; kept for them alone.

    ``fields`` are the form's, as typed; ``wording`` is the draft they belong to, none for a new one.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="unsaved_wordings"
    )
    template = models.ForeignKey(MessageTemplate, on_delete=models.CASCADE, related_name="+")
    wording = models.ForeignKey(Wording, on_delete=models.CASCADE, null=True, related_name="+")
    fields = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="unsaved_wording_once",
                fields=["user", "template", "wording"],
                nulls_distinct=False,
            )
        ]


class StaffPhone(models.Model):
    """A member of staff's own verified phone: the only place a test text may go."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="phones"
    )
    contact_point = models.ForeignKey(ContactPoint, on_delete=models.PROTECT, related_name="+")
    verified_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="staff_phone_once", fields=["user", "contact_point"])
        ]
