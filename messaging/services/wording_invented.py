"""A wording read with invented people: where nobody real would get it, or nobody real is meant to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from borrowers.models import Lender
from collections_site.lib import clock
from messaging import filling
from messaging.filling import Stretch
from messaging.models import Sender
from messaging.policies import parts, samples
from messaging.policies import wording as policy
from messaging.policies.values import Said
from messaging.policies.wording import MissingValue, UnsafeValue
from messaging.services.wording_rows import Words
from messaging.ways import Ways


@dataclass(frozen=True, slots=True)
class Sample:
    """What one person would read.

    The name is masked, in ``shown`` too; characters and parts are those of the true text. ``bucket``
    is the days past due on the day of the text, ``on``, below zero before it. ``price`` is for one
    text, None where nobody carries it. ``problem`` is a sentence, empty where all is well.
    ``nobody``: there is no such person, and ``problem`` says so. ``invented``: this person is not real.
    """

    case: str
    borrower_ref: str = ""
    name: str = ""
    bucket: int | None = None
    shown: tuple[Stretch, ...] = ()
    characters: int = 0
    parts: int = 0
    price: Decimal | None = None
    currency: str = ""
    problem: str = ""
    on: date | None = None
    nobody: bool = False
    invented: bool = False

    @property
    def text(self) -> str:
        """The text as a phone would show it, empty where none can be made."""
        return filling.joined(self.shown)


@dataclass(frozen=True, slots=True)
class House:
    """Who speaks in an invented text, on which day, and who carries it; read once for many texts."""

    lender: Lender
    senders: Sequence[Sender]
    today: date

    @classmethod
    def now(cls) -> "House":
        """The house as it is; before the lender is set up it has dashes for names."""
        rows = Sender.objects.filter(enabled=True, provider__enabled=True).order_by("priority")
        lender = Lender.objects.filter(pk=1).first()
        lender = lender or Lender(name="—", name_en="—", contact_line="—")
        return cls(lender, list(rows), clock.today(lender.time_zone or "UTC"))

    @classmethod
    def of(cls, ways: Ways) -> "House":
        """The house of a batch that has been loaded already."""
        return cls(ways.lender, ways.senders, clock.today(ways.lender.time_zone))

    def sender(self, jurisdictions: Iterable[str]) -> Sender | None:
        """The first sender for the first of the places; without places, the first of all."""
        country = min((code.split("-")[0] for code in jurisdictions), default="")
        return next((one for one in self.senders if not country or country in one.countries), None)


def said(words: Words, house: House) -> dict[str, Said]:
    """What the text says to each invented person, by case: ``usual``, ``longest``, ``shortest``,
    ``missing``, ``special`` and ``random``."""
    chinese = words.language.lower().startswith("zh")
    known = samples.samples(
        words.language,
        sorted(words.jurisdictions),
        lender=house.lender.name if chinese else house.lender.name_en,
        contact=house.lender.contact_line,
        today=house.today,
    )
    usual = known["usual"]
    return {**known, **samples.awkward(usual), "random": usual}


def people(words: Words, cases: Iterable[str], house: House | None = None) -> list[Sample]:
    """One invented person for each of ``cases``; a text that cannot be made says why."""
    house = house or House.now()
    told = said(words, house)
    return [_one(case, told[case], words, house) for case in cases]


def _one(case: str, told: Said, words: Words, house: House) -> Sample:
    given = filling.fill(told, policy.placeholders(words.text))
    try:
        shown = filling.stretches(words.signature, words.text, given)
    except (MissingValue, UnsafeValue) as error:
        return Sample(
            case, name=told.full_name, problem=cannot(error, invented=True), invented=True
        )
    counted = parts.count(filling.joined(shown))
    sender = house.sender(words.jurisdictions)
    return Sample(
        case,
        name=told.full_name,
        bucket=told.days_late,
        shown=shown,
        characters=counted.characters,
        parts=counted.parts,
        price=sender.price * counted.parts if sender else None,
        currency=sender.currency if sender else "",
        problem=empty(given)
        or nameless(told.full_name, given)
        or (odd(told.full_name) if case == "special" else ""),
        on=told.due_on,
        invented=True,
    )


def cannot(error: MissingValue | UnsafeValue, *, invented: bool = False) -> str:
    """Why no text can be made; an invented person lacks nothing but what does not exist."""
    if isinstance(error, UnsafeValue):
        why = _("No text can be made: what is on file for ((%(name)s)) must not stand in a text.")
    elif invented:
        why = _("There is no placeholder ((%(name)s)).")
    else:
        why = _("No text can be made: nothing is on file for ((%(name)s)).")
    return why % {"name": error.name}


def empty(given: dict[str, str]) -> str:
    """That a text goes out with nothing where a value should be, if so."""
    names = ", ".join(f"(({name}))" for name, value in given.items() if not value.strip())
    if not names:
        return ""
    return _("Nothing is on file for %(names)s: the text goes out without it.") % {"names": names}


def nameless(full_name: str, given: Mapping[str, str]) -> str:
    """That somebody is greeted without a name, if so."""
    if not {"name", "salutation"} & given.keys():
        return ""
    if not full_name.strip():
        return _("No name is on file: the text goes out without one.")
    if not filling.may_be_said(full_name):
        return _("The name on file must not stand in a text, which goes out without it.")
    return ""


def odd(name: str) -> str:
    """That a name has characters not every phone takes for granted, and which."""
    found = " ".join(samples.odd_characters(name))
    return _("The name has unusual characters (%(characters)s).") % {"characters": found}
