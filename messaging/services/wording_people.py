"""Five real people whom a wording would reach, each with the text they would get."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from borrowers.models import Lender
from collections_site.lib import clock
from collections_site.lib.masking import mask_name
from messaging import filling
from messaging.models import MessageTemplate
from messaging.policies import parts, samples, values
from messaging.policies import wording as policy
from messaging.policies.parts import Parts
from messaging.policies.values import Said
from messaging.policies.wording import MissingValue, UnsafeValue
from messaging.services import wording_pool
from messaging.services.wording_pool import Person, Pool
from messaging.services.wording_rows import Words
from messaging.ways import Ways

CASES = ("shortest", "longest", "missing", "special", "random")


@dataclass(frozen=True, slots=True)
class Sample:
    """What one person would read.

    The name is masked, in ``text`` too; characters and parts are those of the true text. ``bucket``
    is the days past due on the day of the text, ``on``, below zero before it. ``price`` is for one
    text, None where nobody carries it. ``problem`` is a sentence, empty where all is well.
    ``nobody``: there is no such person, and ``problem`` says so. ``invented``: this person is not real.
    """

    case: str
    borrower_ref: str = ""
    name: str = ""
    bucket: int | None = None
    text: str = ""
    characters: int = 0
    parts: int = 0
    price: Decimal | None = None
    currency: str = ""
    problem: str = ""
    on: date | None = None
    nobody: bool = False
    invented: bool = False


@dataclass(frozen=True, slots=True)
class _Reader:
    """A person of the pool with the measure of their text, or with what stands in its way."""

    person: Person
    counted: Parts | None
    values: dict[str, str]
    problem: str


def people(
    template: MessageTemplate,
    words: Words,
    *,
    by: User | None = None,
    pool: Pool | None = None,
) -> list[Sample]:
    """One sample a case, in the order of CASES, from those the words would reach within a week.

    ``shortest`` and ``longest`` as billed; ``missing`` has an empty value, or one no text can be made
    with; ``special`` has unusual characters in the name; ``random`` is drawn by template and day, the
    same until tomorrow. A person stands for one case as long as there are others. A case nobody fits
    says so. With ``by``, only people whom this member of staff may see; hand in a ``pool`` to save
    looking for it again. Where nobody at all would be reached, the samples are invented.
    """
    group = pool or wording_pool.pool(template, words, by=by)
    if group is None or not group.people:
        return _invented(words, group.ways if group else None)
    readers = [_reader(person, group, words) for person in group.people]
    made = [one for one in readers if one.counted]
    lacking = sorted((one for one in readers if one.problem), key=_length)
    odd = [one for one in readers if samples.odd_characters(one.person.candidate.full_name)]
    by_chance = sorted(readers, key=lambda one: _dice(one.person, group))
    taken: set[int] = set()
    chosen = {  # the rarest first; one person may have to stand for two cases
        "missing": _pick(lacking, taken),
        "shortest": _pick(sorted(made, key=_length), taken, again=True),
        "longest": _pick(sorted(made, key=_length, reverse=True), taken),
        "special": _pick(odd, taken, again=True),
        "random": _pick([one for one in by_chance if one.person.drawn], taken),
    }
    return [_sample(case, chosen[case], group, words, len(readers)) for case in CASES]


def _reader(person: Person, group: Pool, words: Words) -> _Reader:
    try:
        told = wording_pool.tell(person, group, words)
    except MissingValue as error:
        why = _("No text can be made: nothing is on file for ((%(name)s)).") % {"name": error.name}
        return _Reader(person, None, {}, why)
    except UnsafeValue as error:
        why = _("No text can be made: what is on file for ((%(name)s)) must not stand in a text.")
        return _Reader(person, None, {}, why % {"name": error.name})
    problem = _empty(told.values) or _nameless(person.candidate.full_name, told.values)
    return _Reader(person, told.counted, told.values, problem)


def _empty(filled: dict[str, str]) -> str:
    """That a text goes out with nothing where a value should be, if so."""
    names = ", ".join(f"(({name}))" for name, value in filled.items() if not value.strip())
    if not names:
        return ""
    return _("Nothing is on file for %(names)s: the text goes out without it.") % {"names": names}


def _nameless(full_name: str, filled: Mapping[str, str]) -> str:
    """That somebody is greeted without a name, if so."""
    if not {"name", "salutation"} & filled.keys():
        return ""
    if not full_name.strip():
        return _("No name is on file: the text goes out without one.")
    if not filling.may_be_said(full_name):
        return _("The name on file must not stand in a text, which goes out without it.")
    return ""


def _length(reader: _Reader) -> tuple[int, int, int]:
    counted = reader.counted or Parts("gsm7", 0, 0)
    return counted.parts, counted.characters, reader.person.candidate.facts.loan_id


def _dice(person: Person, group: Pool) -> bytes:
    """An order by chance that is the same all day."""
    return sha256(f"{group.on} {person.candidate.loan_ref}".encode()).digest()


def _pick(readers: Iterable[_Reader], taken: set[int], *, again: bool = False) -> _Reader | None:
    """The first whom no other case shows yet; ``again``: else the first of all."""
    ordered = list(readers)
    fresh = [one for one in ordered if one.person.candidate.facts.borrower_id not in taken]
    found = next(iter(fresh or (ordered if again else [])), None)
    if found:
        taken.add(found.person.candidate.facts.borrower_id)
    return found


def _sample(case: str, reader: _Reader | None, group: Pool, words: Words, of: int) -> Sample:
    if reader is None:
        return Sample(case, problem=_nobody(case, of), nobody=True)
    person, candidate = reader.person, reader.person.candidate
    offset = candidate.facts.offset
    problem = reader.problem
    if case == "special":
        problem = problem or _odd(candidate.full_name)
    text, counted = "", reader.counted
    if counted:
        text = wording_pool.tell(person, group, words, masked=True).text
    sender = group.ways.route(candidate.facts.country).sender
    return Sample(
        case,
        candidate.borrower_ref,
        mask_name(candidate.full_name),
        offset,
        text,
        counted.characters if counted else 0,
        counted.parts if counted else 0,
        sender.price * counted.parts if sender and counted else None,
        sender.currency if sender else "",
        problem,
        person.on,
    )


def _odd(name: str) -> str:
    found = " ".join(samples.odd_characters(name))
    return _("The name has unusual characters (%(characters)s).") % {"characters": found}


def _nobody(case: str, of: int) -> str:
    sentences: dict[str, Callable[[], str]] = {
        "shortest": lambda: _("No text can be made for anybody looked at."),
        "longest": lambda: _("There is nobody else."),
        "missing": lambda: (
            _("Nothing is missing for any of the %(n)s people looked at.") % {"n": of}
        ),
        "special": lambda: _("No unusual name among the %(n)s people looked at.") % {"n": of},
        "random": lambda: _("There is nobody else."),
    }
    return sentences[case]()


def _invented(words: Words, ways: Ways | None) -> list[Sample]:
    """The cases with invented people, for a house without anybody whom the words would reach."""
    lender = ways.lender if ways else Lender(name="—", name_en="—", contact_line="—")
    usual = samples.samples(
        words.language,
        sorted(words.jurisdictions),
        lender=lender.name if words.language.lower().startswith("zh") else lender.name_en,
        contact=lender.contact_line,
        today=clock.today(lender.time_zone or "UTC"),
    )
    known = {**usual, **samples.awkward(usual["usual"]), "random": usual["usual"]}
    return [_invented_one(case, known[case], words, ways) for case in CASES]


def _invented_one(case: str, said: Said, words: Words, ways: Ways | None) -> Sample:
    filled = values.formatted(said, policy.placeholders(words.text))
    try:
        text = policy.render(words.signature, words.text, filled)
    except MissingValue as error:
        why = _("There is no placeholder ((%(name)s)).") % {"name": error.name}
        return Sample(case, name=said.full_name, problem=why, invented=True)
    counted = parts.count(text)
    country = min((code.split("-")[0] for code in words.jurisdictions), default="CN")
    sender = ways.route(country).sender if ways else None
    return Sample(
        case,
        name=said.full_name,
        bucket=said.days_late,
        text=text,
        characters=counted.characters,
        parts=counted.parts,
        price=sender.price * counted.parts if sender else None,
        currency=sender.currency if sender else "",
        problem=_empty(filled)
        or _nameless(said.full_name, filled)
        or (_odd(said.full_name) if case == "special" else ""),
        on=said.due_on,
        invented=True,
    )
