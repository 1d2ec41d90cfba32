"""A purpose, and the texts for it that people approve."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from borrowers.models import ContactPoint
from borrowers.policies import imports as policy
from messaging.states import Purpose, Rejection, WordingState

PURPOSES = Purpose.values
PRODUCTS = ["", *policy.PRODUCTS]
REJECTIONS = Rejection.values


class MessageTemplate(models.Model):
    """What a text is for: ``T-001`` "Three days before the due date".

    Code, purpose and product never change: approvals of its wordings rest on them. An empty product
    fits every loan.
    """

    code = models.CharField(max_length=12, unique=True, verbose_name=_("Code"))
    purpose = models.CharField(max_length=24, verbose_name=_("Stage"))
    product = models.CharField(max_length=20, default="", blank=True, verbose_name=_("Product"))
    name_en = models.CharField(max_length=60, verbose_name=_("Name in English"))
    name_zh = models.CharField(max_length=60, verbose_name=_("Name in Chinese"))

    class Meta:
        verbose_name = _("template")
        verbose_name_plural = _("templates")
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

    template = models.ForeignKey(
        MessageTemplate,
        on_delete=models.PROTECT,
        related_name="wordings",
        verbose_name=_("Template"),
    )
    version = models.PositiveIntegerField(verbose_name=_("Version"))
    language = models.CharField(max_length=12, verbose_name=_("Language"))
    jurisdictions = ArrayField(
        models.CharField(max_length=20), default=list, blank=True, verbose_name=_("Places")
    )
    channel = models.CharField(max_length=8, default="sms", verbose_name=_("Channel"))
    signature = models.CharField(max_length=40, blank=True, verbose_name=_("Signature"))
    text = models.TextField(max_length=1000, verbose_name=_("Text"))
    placeholders = ArrayField(
        models.CharField(max_length=20), default=list, verbose_name=_("Placeholders")
    )
    expires_at = models.DateTimeField(null=True, verbose_name=_("Last moment"))
    fingerprint = models.CharField(max_length=64, verbose_name=_("Fingerprint"))
    state = models.CharField(
        max_length=12,
        default=WordingState.DRAFT,
        choices=WordingState.choices,
        verbose_name=_("State"),
    )
    live = models.BooleanField(default=False, verbose_name=_("Live"))
    reason = models.CharField(
        max_length=200, default="", blank=True, verbose_name=_("Why this change")
    )
    answers = models.JSONField(default=list, blank=True, verbose_name=_("The author's answers"))
    checked_by = models.CharField(
        max_length=80, default="", blank=True, verbose_name=_("Checked with")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="wordings_written",
        verbose_name=_("Author"),
    )
    written_at = models.DateTimeField(verbose_name=_("Written at"))
    submitted_at = models.DateTimeField(null=True, verbose_name=_("Submitted at"))
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="wordings_decided",
        verbose_name=_("Reviewer"),
    )
    decided_at = models.DateTimeField(null=True, verbose_name=_("Decided at"))
    comment = models.CharField(max_length=500, default="", blank=True, verbose_name=_("Comment"))
    rejected_for = models.CharField(
        max_length=12, default="", blank=True, verbose_name=_("Rejected for")
    )
    needs_second = models.BooleanField(default=False, verbose_name=_("Needs a second approval"))
    second_reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("Second reviewer"),
    )
    second_decided_at = models.DateTimeField(
        null=True, verbose_name=_("Decided the second time at")
    )

    class Meta:
        verbose_name = _("wording")
        verbose_name_plural = _("wordings")
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
