"""Lists of people and numbers that are not to be texted: read, checked, and held all at once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from borrowers.models import Borrower, BorrowerNumber, ContactPoint, Hold, Lender
from borrowers.policies import do_not_contact as policy
from borrowers.policies.do_not_contact import Kind
from borrowers.policies.imports import CannotTake, Sheet
from borrowers.services import contacts, import_reader, portfolio_files
from borrowers.services.import_reader import Door
from borrowers.services.people import live_holds
from collections_site.audit import services as audit
from collections_site.lib import clock
from collections_site.lib.decision import NotAllowed

MOST_ROWS = 10_000  # by browser: more would keep somebody waiting; a command takes a whole sheet
DOOR = Door("browser", {"": MOST_ROWS}, 40, "import_do_not_contact")
LOOKED = 200  # rows from which the column is guessed
LIST = Sheet("list", ("value",), may_be_empty=True)
SOURCE = 34  # characters of the list's name
OPT_OUT = "opt_out"


@dataclass(frozen=True, slots=True)
class Listing:
    """What a file says: each value once with the row it first stands in, and what cannot be read."""

    sha256: str
    header: tuple[str, ...]
    column: int
    kind: Kind
    values: dict[str, int]
    repeated: int
    broken: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """What a list would do: values of people on file, of nobody on file, held already; and holds to place.

    ``people`` and ``numbers`` are ids to hold; ``remembered`` are numbers we do not have yet. Of
    ``unmatched`` borrower numbers nothing can be kept; of unmatched telephone numbers all are.
    """

    matched: int
    unmatched: tuple[int, ...]
    held: int
    people: frozenset[int]
    numbers: frozenset[int]
    remembered: tuple[str, ...]

    @property
    def to_hold(self) -> int:
        """How many people and numbers would be held."""
        return len(self.people) + len(self.numbers) + len(self.remembered)


def convert(path: Path, into: Path, name: str, door: Door = DOOR) -> None:
    """Have a file read by the child with limits; its text is at ``into``. Raises CannotImport."""
    import_reader.read(path, into, name, door)


def read(text: Path, name: str, *, column: int | None = None, kind: Kind | None = None) -> Listing:
    """What the converted file says; column and kind as chosen, else guessed. Raises CannotImport."""
    source = portfolio_files.examine(text, LIST, name)
    header = portfolio_files.header(source)
    every = replace(source, sheet=Sheet("list", tuple(header)), columns=tuple(range(len(header))))
    sample = [values for _number, values, wrong in islice(portfolio_files.rows(every), LOOKED)]
    country = _country()
    guessed, what, _named = policy.guess(header, sample, country)
    at = guessed if column is None or not 0 <= column < len(header) else column
    chosen = kind or (what if at == guessed else _kind(sample, at, country))
    values: dict[str, int] = {}
    broken: list[tuple[int, str]] = []
    repeated = 0
    rows = _cells(replace(source, columns=(at,)), header[at], sample, at, chosen, country)
    for number, cell, wrong in rows:
        try:
            if wrong is not None:
                raise wrong
            value = policy.a_ref(cell) if chosen == "ref" else policy.a_phone(cell, country)[0]
        except CannotTake as unusable:
            broken.append((number, unusable.sentence))
            continue
        repeated += value in values
        values.setdefault(value, number)
    told = tuple(portfolio_files.storable(one) for one in header)
    return Listing(source.sha256, told, at, chosen, values, repeated, tuple(broken))


def _cells(
    source: portfolio_files.Source,
    first: str,
    sample: Sequence[Sequence[str]],
    at: int,
    kind: Kind,
    country: str,
) -> Iterable[tuple[int, str, CannotTake | None]]:
    """The cells of the column; the first row too where it is no header."""
    below = [[row[at]] for row in sample if at < len(row)]
    _column, guessed, named = policy.guess([first], below, country)
    if not named and guessed == kind:
        yield 1, first, None
    for number, values, wrong in portfolio_files.rows(source):
        yield number, values[0] if values else "", wrong


def _kind(sample: Sequence[Sequence[str]], at: int, country: str) -> Kind:
    cells = [row[at] for row in sample if at < len(row)]
    phones = sum(policy.is_phone(cell, country) for cell in cells)
    return "phone" if phones * 2 > len(cells) else "ref"


def _country() -> str:
    lender = Lender.objects.first()
    return (lender.jurisdictions[0] if lender and lender.jurisdictions else "CN")[:2]


def check(listing: Listing) -> Checked:
    """What holding these would come to, as the book stands now; writes nothing."""
    return _by_phone(listing) if listing.kind == "phone" else _by_ref(listing)


def _by_ref(listing: Listing) -> Checked:
    found = Borrower.objects.filter(borrower_ref__in=listing.values)
    ids = dict(found.values_list("borrower_ref", "pk"))
    held = _held("borrower", ids.values())
    missing = tuple(row for ref, row in listing.values.items() if ref not in ids)
    people = frozenset(ids.values()) - held
    return Checked(len(people), missing, len(ids) - len(people), people, frozenset(), ())


def _by_phone(listing: Listing) -> Checked:
    ids = dict(
        ContactPoint.objects.filter(phone__in=listing.values).values_list("phone", "pk").iterator()
    )
    living: defaultdict[int, set[int]] = defaultdict(set)
    rows = BorrowerNumber.objects.filter(contact_point__in=ids.values(), till_at=None)
    rows = rows.exclude(relation=BorrowerNumber.NOT_OWN)
    for point, person in rows.values_list("contact_point", "borrower"):
        living[point].add(person)
    held_numbers = _held("contact_point", ids.values())
    held_people = _held("borrower", set().union(*living.values()) if living else ())
    matched = held = 0
    missing, people, numbers, remembered = [], set(), set(), []
    for phone, row in listing.values.items():
        number = ids.get(phone)
        if number is None:
            remembered.append(phone)
            missing.append(row)
            continue
        free = living[number] - held_people
        if number in held_numbers and not free:
            held += 1
            continue
        people |= free
        numbers |= {number} - held_numbers
        if living[number]:
            matched += 1
        else:
            missing.append(row)
    ids_of = (frozenset(people), frozenset(numbers))
    return Checked(matched, tuple(missing), held, *ids_of, tuple(remembered))


def _held(target: str, ids: Iterable[int]) -> frozenset[int]:
    """Which of them have an opt-out in force that ends with nobody's date."""
    rows = Hold.objects.filter(live_holds(clock.now()), kind=OPT_OUT, till_at=None)
    rows = rows.filter(**{f"{target}__in": list(ids)})
    return frozenset(rows.values_list(f"{target}_id", flat=True))


def _locked(listing: Listing) -> Checked:
    """What the list would hold, all of it locked: as it stands now that nobody else changes it."""
    planned = check(listing)
    while True:
        before = transaction.savepoint()
        # The same order as everywhere: all people by id, then all numbers by id.
        for rows, ids in ((Borrower, planned.people), (ContactPoint, planned.numbers)):
            locked = rows.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True)
            list(locked.values_list("pk"))
        found = check(listing)
        if found.people <= planned.people and found.numbers <= planned.numbers:
            transaction.savepoint_commit(before)
            return found
        # Somebody came to live on a number while we waited. People are never taken after numbers: let
        # go of all of them, and begin again with whoever came.
        transaction.savepoint_rollback(before)
        planned = found


@transaction.atomic
def apply(listing: Listing, source: str, *, by: User | None) -> Checked:
    """Hold everybody and every number of the list, all or none; answer what was held.

    A number of nobody we know is kept and held too: whoever comes to live on it is not texted. Held
    already is passed over, so a list may be applied twice. Sends under way to the same people are waited
    for. ``by`` is None for a command. Raises NotAllowed for somebody who does not import.
    """
    if by is not None and not by.has_perm("borrowers.import_portfolio"):
        raise NotAllowed(_("Your role does not import portfolios: ask a supervisor."))
    found = _locked(listing)
    # New numbers last: whoever waits for one of them holds nobody we still need.
    remembered = contacts.keep(found.remembered)
    done = check(listing) if found.remembered else found
    at, said = clock.now(), f"list: {source[:SOURCE]}"
    shared = {"kind": OPT_OUT, "source": said, "from_at": at, "placed_by": by}
    Hold.objects.bulk_create(
        [
            *(Hold(borrower_id=pk, **shared) for pk in sorted(done.people)),
            *(Hold(contact_point_id=pk, **shared) for pk in sorted(done.numbers)),
        ],
        batch_size=2000,
    )
    audit.record(
        "do_not_contact.imported",
        "do_not_contact",
        by=by,
        after={
            "list": source[:SOURCE],
            "sha256": listing.sha256,
            "kind": listing.kind,
            "people": len(done.people),
            "numbers": len(done.numbers),
            "remembered": remembered,
            "held_already": done.held,
            "broken": len(listing.broken),
        },
    )
    return done
