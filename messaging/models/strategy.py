"""Ladders: on which day, counted from the due date, which template is due."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from messaging.models.wording import MessageTemplate
from messaging.states import WordingState

STATES = [one for one in WordingState.choices if one[0] != WordingState.EXPIRED]


class Strategy(models.Model):
    """One version of a ladder, approved like a wording; one version is live."""

    code = models.CharField(max_length=12, verbose_name=_("Code"))
    version = models.PositiveIntegerField(verbose_name=_("Version"))
    name_en = models.CharField(max_length=60, verbose_name=_("Name in English"))
    name_zh = models.CharField(max_length=60, verbose_name=_("Name in Chinese"))
    state = models.CharField(
        max_length=12, default="draft", choices=STATES, verbose_name=_("State")
    )
    live = models.BooleanField(default=False, verbose_name=_("Live"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("Author"),
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("Reviewer"),
    )
    decided_at = models.DateTimeField(null=True, verbose_name=_("Decided at"))

    class Meta:
        ordering = ["code", "-version"]
        verbose_name = _("strategy")
        verbose_name_plural = _("strategies")
        permissions = [("approve_strategy", "Can approve a strategy")]
        constraints = [
            models.CheckConstraint(
                name="strategy_state_known",
                condition=Q(state__in=["draft", "submitted", "approved", "rejected", "retired"]),
            ),
            models.CheckConstraint(
                name="strategy_approved_by_another",
                condition=~Q(state="approved")
                | (Q(reviewer__isnull=False, decided_at__isnull=False) & ~Q(reviewer=F("author"))),
            ),
            models.CheckConstraint(
                name="strategy_live_is_approved", condition=Q(live=False) | Q(state="approved")
            ),
            models.UniqueConstraint(name="strategy_version_once", fields=["code", "version"]),
            models.UniqueConstraint(
                name="strategy_one_live", fields=["code"], condition=Q(live=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"


class Step(models.Model):
    """``offset`` days after (before, when negative) the due date, ``template`` is due."""

    strategy = models.ForeignKey(Strategy, on_delete=models.PROTECT, related_name="steps")
    offset = models.SmallIntegerField()
    template = models.ForeignKey(MessageTemplate, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["offset"]
        constraints = [
            models.UniqueConstraint(name="step_offset_once", fields=["strategy", "offset"])
        ]

    @property
    def touch(self) -> str:
        """The step's day, named the same in every version: ``due-3``, ``due+0``, ``due+7``."""
        return f"due{self.offset:+d}"
