"""Five real people whom a wording would reach, each with the text they would get."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from collections_site.lib.masking import mask_name
from messaging.filling import Stretch
from messaging.models import MessageTemplate
from messaging.policies import samples
from messaging.policies.parts import Parts
from messaging.policies.wording import MissingValue, UnsafeValue
from messaging.services import wording_invented, wording_pool
from messaging.services.wording_invented import House, Sample
from messaging.services.wording_pool import Person, Pool
from messaging.services.wording_rows import Words

CASES = ("longest", "shortest", "missing", "special", "random")


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

    ``longest``, which decides the parts, and ``shortest`` as billed; ``missing`` has an empty value, or one no text can be made
    with; ``special`` has unusual characters in the name; ``random`` is drawn by template and day, the
    same until tomorrow. A person stands for one case as long as there are others. A case nobody fits
    says so. With ``by``, only people whom this member of staff may see; hand in a ``pool`` to save
    looking for it again. Where nobody at all would be reached, the samples are invented.
    """
    group = pool or wording_pool.pool(template, words, by=by)
    if group is None or not group.people:
        return wording_invented.people(words, CASES, House.of(group.ways) if group else None)
    readers = [_reader(person, group, words) for person in group.people]
    made = [one for one in readers if one.counted]
    lacking = sorted((one for one in readers if one.problem), key=_length)
    odd = [one for one in readers if samples.odd_characters(one.person.candidate.full_name)]
    by_chance = sorted(readers, key=lambda one: _dice(one.person, group))
    taken: set[int] = set()
    chosen = {  # the rarest first; one person may have to stand for two cases
        "missing": _pick(lacking, taken),
        "longest": _pick(sorted(made, key=_length, reverse=True), taken, again=True),
        "shortest": _pick(sorted(made, key=_length), taken),
        "special": _pick(odd, taken, again=True),
        "random": _pick([one for one in by_chance if one.person.drawn], taken),
    }
    return [_sample(case, chosen[case], group, words, len(readers)) for case in CASES]


def _reader(person: Person, group: Pool, words: Words) -> _Reader:
    try:
        told = wording_pool.tell(person, group, words)
    except (MissingValue, UnsafeValue) as error:
        return _Reader(person, None, {}, wording_invented.cannot(error))
    problem = wording_invented.empty(told.values) or wording_invented.nameless(
        person.candidate.full_name, told.values
    )
    return _Reader(person, told.counted, told.values, problem)


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
        problem = problem or wording_invented.odd(candidate.full_name)
    shown: tuple[Stretch, ...] = ()
    counted = reader.counted
    if counted:
        shown = wording_pool.tell(person, group, words, masked=True).shown
    sender = group.ways.route(candidate.facts.country).sender
    return Sample(
        case,
        candidate.borrower_ref,
        mask_name(candidate.full_name),
        offset,
        shown,
        counted.characters if counted else 0,
        counted.parts if counted else 0,
        sender.price * counted.parts if sender and counted else None,
        sender.currency if sender else "",
        problem,
        person.on,
    )


def _nobody(case: str, of: int) -> str:
    sentences: dict[str, Callable[[], str]] = {
        "longest": lambda: _("No text can be made for anybody looked at."),
        "shortest": lambda: _("There is nobody else."),
        "missing": lambda: (
            _("Nothing is missing for any of the %(n)s people looked at.") % {"n": of}
        ),
        "special": lambda: _("No unusual name among the %(n)s people looked at.") % {"n": of},
        "random": lambda: _("There is nobody else."),
    }
    return sentences[case]()
