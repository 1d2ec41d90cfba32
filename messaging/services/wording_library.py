"""The library: every template with what is live, what waits, how long it is and what became of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q

from borrowers.models import Lender
from collections_site.lib import clock
from messaging.models import MessageTemplate, Sender, Wording
from messaging.policies import checks_desk, parts, samples, values
from messaging.policies import wording as policy
from messaging.services import wording_reading as reading
from messaging.services import wording_results
from messaging.services.wording_results import Results
from messaging.states import WordingState

OPEN = [WordingState.DRAFT, WordingState.SUBMITTED]


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
    """One template with its live versions first, then what is being written or waits."""

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
    setting = Setting.now()
    return [
        Shelf(
            one,
            [_line(row, one, setting, outcomes.get(row.pk)) for row in by_template.get(one.pk, [])],
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
        rows = rows.filter(Q(live=True) | Q(state__in=OPEN))
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


def _line(
    row: Wording, template: MessageTemplate, setting: "Setting", outcome: Results | None
) -> Line:
    row.template = template
    shown = {one.case: one.parts for one in previews(row, setting)}
    return Line(row, shown.get("usual"), shown.get("longest"), outcome)


@dataclass(frozen=True, slots=True)
class Setting:
    """The lender, the ways out and the day, read once for a page of previews."""

    lender: Lender | None
    senders: Sequence[Sender]
    today: date

    @classmethod
    def now(cls) -> "Setting":
        rows = Sender.objects.filter(enabled=True, provider__enabled=True).order_by("priority")
        lender = Lender.objects.filter(pk=1).first()
        return cls(lender, list(rows), clock.today(lender.time_zone if lender else "UTC"))

    def sender(self, jurisdictions: Sequence[str]) -> Sender | None:
        """The first sender for the first of the places; without places, the first of all."""
        country = min((code.split("-")[0] for code in jurisdictions), default="")
        return next((one for one in self.senders if not country or country in one.countries), None)


def previews(wording: Wording, setting: Setting | None = None) -> list[Preview]:
    """The usual, the longest and the shortest invented case, in the wording's own language."""
    if any(checks_desk.refused(wording.text, wording.signature)):
        return []
    setting = setting or Setting.now()
    lender = setting.lender
    names = (lender.name, lender.name_en, lender.contact_line) if lender else ("—", "—", "—")
    chinese = wording.language.startswith("zh")
    sender = setting.sender(wording.jurisdictions)
    shown = []
    for case, said in samples.samples(
        wording.language,
        wording.jurisdictions,
        lender=names[0] if chinese else names[1],
        contact=names[2],
        today=setting.today,
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
