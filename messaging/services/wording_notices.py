"""What somebody should be told about wordings before they look for it: decisions, and what ends soon."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q, QuerySet

from messaging.models import Wording
from messaging.states import WordingState

SOON = timedelta(days=14)
DECIDED_FOR_GOOD = [WordingState.APPROVED, WordingState.RETIRED, WordingState.EXPIRED]


@dataclass(frozen=True, slots=True)
class Own:
    """An author's wordings: those sent back, and those that wait; the oldest first."""

    rejected: Sequence[Wording]
    waiting: Sequence[Wording]

    def __bool__(self) -> bool:
        return bool(self.rejected or self.waiting)


def own(author: User) -> Own:
    """What became of an author's wordings: rejected ones they have not written anew, and waiting ones."""
    mine = Wording.objects.filter(author=author)
    sent_back = unanswered(mine.filter(state=WordingState.REJECTED)).values("pk")
    rows = mine.filter(Q(state=WordingState.SUBMITTED) | Q(pk__in=sent_back))
    found = list(rows.select_related("template", "reviewer").order_by("submitted_at", "pk"))
    return Own(
        [one for one in found if one.state == WordingState.REJECTED],
        [one for one in found if one.state == WordingState.SUBMITTED],
    )


def unanswered(rejected: "QuerySet[Wording]") -> "QuerySet[Wording]":
    """Those of the rejected versions after which none was written for the same language and places."""
    later = Wording.objects.filter(
        template_id=OuterRef("template_id"),
        language=OuterRef("language"),
        jurisdictions=OuterRef("jurisdictions"),
        version__gt=OuterRef("version"),
    )
    return rejected.exclude(Exists(later))


def rejected_before(wording: Wording) -> Wording | None:
    """The last version that was rejected before this one, unless one was approved after it."""
    earlier = Wording.objects.filter(
        template_id=wording.template_id,
        language=wording.language,
        jurisdictions=wording.jurisdictions,
        version__lt=wording.version,
        state__in=[WordingState.REJECTED, *DECIDED_FOR_GOOD],
    )
    last = earlier.select_related("reviewer").order_by("-version").first()
    return last if last and last.state == WordingState.REJECTED else None


def ending(at: datetime) -> list[Wording]:
    """Live wordings whose last day is within SOON of ``at``, the earliest first."""
    rows = Wording.objects.filter(live=True, expires_at__gt=at, expires_at__lte=at + SOON)
    return list(rows.select_related("template", "reviewer").order_by("expires_at", "pk"))
