"""The library: every template with what is live, what waits, how long it is and what became of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q

from messaging.models import MessageTemplate, Wording
from messaging.policies import checks_desk
from messaging.services import wording_invented, wording_notices, wording_results
from messaging.services import wording_reading as reading
from messaging.services.wording_invented import House, Sample
from messaging.services.wording_results import Results
from messaging.states import WordingState

PREVIEWED = ("usual", "longest", "shortest")
OPEN = [WordingState.DRAFT, WordingState.SUBMITTED]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the library is narrowed to; an empty field narrows nothing."""

    q: str = ""
    stage: str = ""
    language: str = ""
    status: str = ""
    channel: str = ""

    @property
    def narrows(self) -> bool:
        return any((self.q.strip(), self.stage, self.language, self.status, self.channel))


@dataclass(frozen=True, slots=True)
class Line:
    """One version in the library; ``typical`` and ``longest`` are parts, None where out of form."""

    wording: Wording
    typical: int | None
    longest: int | None
    results: Results | None


@dataclass(frozen=True, slots=True)
class Shelf:
    """One template with its live versions first, then what is being written, waits or was sent back."""

    template: MessageTemplate
    lines: Sequence[Line]
    used_by: Sequence[str]

    @property
    def live(self) -> bool:
        """Whether anything is live."""
        return any(line.wording.live for line in self.lines)


def library(wanted: Wanted) -> list[Shelf]:
    """The templates that match, in the order of their code, with the versions that match."""
    rows = _wordings(wanted)
    by_template: dict[int, list[Wording]] = {}
    for row in rows:
        by_template.setdefault(row.template_id, []).append(row)
    templates = [one for one in _templates(wanted) if _shown(one, by_template, wanted)]
    shown = [row for one in templates for row in by_template.get(one.pk, [])]
    outcomes = wording_results.results([row for row in shown if row.live])
    steps = reading.used_by(templates)
    house = House.now()
    return [
        Shelf(
            one,
            [_line(row, one, house, outcomes.get(row.pk)) for row in by_template.get(one.pk, [])],
            steps.get(one.pk, []),
        )
        for one in templates
    ]


def languages() -> list[str]:
    """The languages in which anything was ever written."""
    rows = Wording.objects.order_by("language").values_list("language", flat=True)
    return list(rows.distinct())


def _templates(wanted: Wanted) -> Iterable[MessageTemplate]:
    rows = MessageTemplate.objects.order_by("code")
    return rows.filter(purpose=wanted.stage) if wanted.stage else rows


def _wordings(wanted: Wanted) -> Iterable[Wording]:
    rows = Wording.objects.select_related("author", "reviewer")
    if wanted.status == "live":
        rows = rows.filter(live=True)
    elif wanted.status in WordingState.values:
        rows = rows.filter(state=wanted.status)
    else:
        sent_back = wording_notices.unanswered(rows.filter(state=WordingState.REJECTED))
        rows = rows.filter(Q(live=True) | Q(state__in=OPEN) | Q(pk__in=sent_back.values("pk")))
    if wanted.language:
        rows = rows.filter(language=wanted.language)
    if wanted.channel:
        rows = rows.filter(channel=wanted.channel)
    return rows.order_by("-live", "language", "jurisdictions", "-version")


def _shown(
    template: MessageTemplate, by_template: dict[int, list[Wording]], wanted: Wanted
) -> bool:
    """Whether a template is listed: the search looks at code, names and the words themselves."""
    rows = by_template.get(template.pk, [])
    if wanted.status == "none":
        by_template[template.pk] = [row for row in rows if not row.live]
        if any(row.live for row in rows):
            return False
    elif not rows and (wanted.status or wanted.language or wanted.channel):
        return False
    sought = wanted.q.strip().casefold()
    named = f"{template.code} {template.name_en} {template.name_zh}".casefold()
    if not sought or sought in named:
        return True
    by_template[template.pk] = [row for row in rows if sought in row.text.casefold()]
    return bool(by_template[template.pk])


def _line(row: Wording, template: MessageTemplate, house: House, outcome: Results | None) -> Line:
    row.template = template
    shown = {one.case: one.parts for one in previews(row, house) if one.shown}
    return Line(row, shown.get("usual"), shown.get("longest"), outcome)


def previews(wording: Wording, house: House | None = None) -> list[Sample]:
    """The usual, the longest and the shortest invented case; none for words out of form."""
    if any(checks_desk.refused(wording.text, wording.signature)):
        return []
    return wording_invented.people(reading.words(wording), PREVIEWED, house)
