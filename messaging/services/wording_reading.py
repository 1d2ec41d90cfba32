"""What the pages about wordings show: previews, differences, findings, queues. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.contrib.auth.models import User
from django.db.models import F, QuerySet

from borrowers.models import Lender
from collections_site.lib import clock
from messaging.models import MessageTemplate, Sender, Wording
from messaging.policies import diff, parts, samples, values
from messaging.policies import wording as policy
from messaging.policies.diff import Piece
from messaging.services import wording_checks
from messaging.services.wording_rows import live_beside
from messaging.states import WordingState

MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass(frozen=True, slots=True)
class Preview:
    """A text as an invented person would get it; ``price`` is for one, None where nobody carries it."""

    case: str
    text: str
    characters: int
    parts: int
    price: Decimal | None
    currency: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at, as a sentence."""

    severity: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A wording beside the one it would replace (None: everything is new)."""

    live: Wording | None
    pieces: list[Piece]
    previews: list[Preview]
    findings: list[Finding]
    placeholders_added: list[str]
    placeholders_removed: list[str]

    @property
    def changes(self) -> int:
        """How many stretches were added or removed."""
        return sum(piece.kind != "same" for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Shelf:
    """One template of the library with what is live and what waits."""

    template: MessageTemplate
    live: list[Wording]
    pending: list[Wording]
    parts: int

    @property
    def newest(self) -> Wording | None:
        """The live version decided last."""
        return max(self.live, key=lambda one: one.decided_at or one.written_at, default=None)


def read(wording: Wording) -> Reading:
    """All that a reviewer needs on one page."""
    live = live_beside(wording).select_related("author", "reviewer").first()
    before = live.signature + live.text if live else ""
    shown = previews(wording)
    added = set(wording.placeholders) - set(live.placeholders if live else ())
    removed = set(live.placeholders if live else ()) - set(wording.placeholders)
    return Reading(
        live,
        diff.compare(before, wording.signature + wording.text) if live else [],
        shown,
        _findings(wording),
        sorted(added),
        sorted(removed),
    )


def previews(wording: Wording) -> list[Preview]:
    """The usual, the longest and the shortest case, in the wording's own language."""
    if policy.check(wording.text, wording.signature):
        return []
    lender = Lender.objects.filter(pk=1).first()
    names = (lender.name, lender.name_en, lender.contact_line) if lender else ("—", "—", "—")
    chinese = wording.language.startswith("zh")
    sender = _sender(wording)
    shown = []
    for case, said in samples.samples(
        wording.language,
        wording.jurisdictions,
        lender=names[0] if chinese else names[1],
        contact=names[2],
        today=clock.today(lender.time_zone if lender else "UTC"),
    ).items():
        filled = values.formatted(said, wording.placeholders)
        text = policy.render(wording.signature, wording.text, filled)
        count = parts.count(text)
        price = sender.price * count.parts if sender else None
        shown.append(
            Preview(
                case, text, count.characters, count.parts, price, sender.currency if sender else ""
            )
        )
    return shown


def library() -> list[Shelf]:
    """Every template in the order of its code."""
    rows = Wording.objects.filter(
        state__in=[WordingState.DRAFT, WordingState.SUBMITTED, WordingState.APPROVED]
    ).select_related("author", "reviewer")
    by_template: dict[int, list[Wording]] = {}
    for row in rows.order_by("language", "jurisdictions", "-version"):
        by_template.setdefault(row.template_id, []).append(row)
    shelves = []
    for template in MessageTemplate.objects.all():
        mine = by_template.get(template.pk, [])
        for one in mine:
            one.template = template
        live = [one for one in mine if one.live]
        pending = [one for one in mine if one.state != WordingState.APPROVED]
        shelves.append(Shelf(template, live, pending, _typical(live)))
    return shelves


def waiting() -> "QuerySet[Wording]":
    """What waits for a decision, oldest first."""
    rows = Wording.objects.filter(state=WordingState.SUBMITTED)
    return rows.select_related("template", "author").order_by(
        F("submitted_at").asc(nulls_first=True)
    )


def next_waiting(user: User, *, after: Wording) -> Wording | None:
    """The oldest other wording that ``user`` may decide."""
    return waiting().exclude(author=user).exclude(pk=after.pk).first()


def reviewers(wording: Wording) -> list[str]:
    """Who may decide it: the names of the active reviewers who did not write it."""
    people = User.objects.with_perm(
        "messaging.approve_wording", include_superusers=False, backend=MODEL_BACKEND
    )
    rows = people.exclude(pk=wording.author_id).order_by("first_name", "username")
    return [user.get_full_name() or user.get_username() for user in rows]


def last_decided_at() -> datetime | None:
    """When a reviewer last decided anything."""
    decided = Wording.objects.filter(decided_at__isnull=False).order_by("-decided_at")
    return decided.values_list("decided_at", flat=True).first()


def _typical(live: Iterable[Wording]) -> int:
    """The most parts that the usual case has in any language."""
    return max((previews_of[0].parts for one in live if (previews_of := previews(one))), default=0)


def _sender(wording: Wording) -> Sender | None:
    """Who would carry it: the first enabled sender for the first place it is meant for."""
    country = min((code.split("-")[0] for code in wording.jurisdictions), default="")
    rows = Sender.objects.filter(enabled=True, provider__enabled=True).order_by("priority")
    return (rows.filter(countries__contains=[country]) if country else rows).first()


def _findings(wording: Wording) -> list[Finding]:
    look = wording_checks.look(wording)
    found = [Finding(one.severity, one.quoted()) for one in look.findings]
    return found + [Finding("pass", sentence) for sentence in look.passed]
