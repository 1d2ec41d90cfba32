"""What a frozen list of people would be sent: how many texts, in which words, at which price, and who gets none."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from borrowers.models import Borrower, QueueSnapshot
from borrowers.services import snapshots
from collections_site.lib.decision import NotAllowed
from messaging.models import Wording
from messaging.services import one_off_offer, one_off_schedule, telling
from messaging.services.one_off_offer import Offer
from messaging.services.one_off_schedule import Ready

MOST = 1000  # people of one list; each of them is asked about, worded and compared while somebody waits

Going = tuple[Borrower, Ready]


@dataclass(frozen=True, slots=True)
class Words:
    """A wording, how many people get it, and the longest of their texts."""

    wording: Wording
    count: int
    longest: str


@dataclass(frozen=True, slots=True)
class Cost:
    """What the texts of one currency cost, as far as they are counted before they leave."""

    currency: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Withheld:
    """People who get nothing, and why in a few words."""

    label: str
    people: tuple[Borrower, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a page shows of a list at an instant, in the order of the list.

    ``left_out``: how many of the list are no longer in the care of whoever looks.
    """

    at: datetime
    going: tuple[Going, ...]
    withheld: tuple[Withheld, ...]
    left_out: int

    @property
    def count(self) -> int:
        return len(self.going)

    @property
    def none(self) -> int:
        """How many get nothing, whatever the reason."""
        return sum(len(one.people) for one in self.withheld)

    @property
    def parts(self) -> int:
        return sum(one.draft.text.parts for _person, one in self.going)

    @property
    def costs(self) -> tuple[Cost, ...]:
        """The price by currency."""
        sums: defaultdict[str, Decimal] = defaultdict(Decimal)
        for _person, one in self.going:
            sums[one.draft.currency] += one.draft.price
        return tuple(Cost(currency, amount) for currency, amount in sorted(sums.items()))

    @property
    def at_once(self) -> int:
        """How many leave as soon as they can no longer be cancelled."""
        return sum(one.offer.decision.answer == "now" for _person, one in self.going)

    @property
    def later(self) -> tuple[datetime, ...]:
        """When each of the others leaves, the first one first."""
        return tuple(
            sorted(one.due_at for _person, one in self.going if one.offer.decision.answer != "now")
        )

    @property
    def words(self) -> tuple[Words, ...]:
        """The texts by wording, the one that most people get first."""
        texts: defaultdict[int, list[Ready]] = defaultdict(list)
        for _person, one in self.going:
            texts[one.draft.chosen.wording.pk].append(one)
        found = [_words(some) for some in texts.values()]
        return tuple(sorted(found, key=lambda one: (-one.count, one.wording.template.code)))


def preview(snapshot: QueueSnapshot, *, by: User) -> Preview:
    """What each of the frozen people would get now; nothing is written.

    Raises NotAllowed for somebody who may not send to a list, for somebody else's list and for one of
    more than ``MOST`` people; OutOfStep when the list has expired; Lender.DoesNotExist before the lender
    is set up.
    """
    may_send(by)
    people = {one.pk: one for one in snapshots.people_of(snapshot, by=by)}
    if snapshot.count > MOST:
        raise NotAllowed(too_many())
    if not people:
        raise NotAllowed(_("Nobody of this list is in your care any more."))
    found = one_off_offer.offers(dict.fromkeys(people, ""))
    going, refused = _sorted([(people[pk], one) for pk, one in found.items()])
    at = next(iter(found.values())).verdict.at
    return Preview(at, going, refused, snapshot.count - len(people))


def may_send(by: User) -> None:
    """Raise NotAllowed for somebody whose role does not send to lists of people."""
    one_off_schedule.may(by)
    if not by.has_perm("borrowers.work_queue"):
        raise NotAllowed(_("Your role does not work through the queue: ask a collector."))


def too_many() -> str:
    """What to do about a list that is too long, as a sentence."""
    sentence = _(
        "Reminders are sent to at most %(most)s people at once. Choose fewer in the queue."
    )
    return sentence % {"most": f"{MOST:,}"}


def _sorted(
    found: Sequence[tuple[Borrower, Offer]],
) -> tuple[tuple[Going, ...], tuple[Withheld, ...]]:
    """Who gets a text, and who gets none by reason, the most frequent first.

    Of people who share a number the first gets one: the number would be too often texted otherwise.
    """
    going: list[Going] = []
    numbers: set[int] = set()
    refused: defaultdict[str, list[Borrower]] = defaultdict(list)
    for person, offer in found:
        one = one_off_schedule.ready(offer)
        if one is None:
            refused[_why(offer)].append(person)
        elif one.draft.text.contact_point_id in numbers:
            refused[_("Somebody else of this list has the same number")].append(person)
        else:
            numbers.add(one.draft.text.contact_point_id)
            going.append((person, one))
    by_count = sorted(refused.items(), key=lambda one: -len(one[1]))
    return tuple(going), tuple(Withheld(label, tuple(people)) for label, people in by_count)


def _why(offer: Offer) -> str:
    """Why nothing goes out, in a few words that many people can stand under."""
    if offer.waiting:
        return _("A one-off reminder waits already")
    if offer.problem:
        return offer.problem
    if offer.no_wording:
        return telling.label("no_wording")
    return telling.headline(offer.decision)


def _words(texts: Sequence[Ready]) -> Words:
    longest = max(texts, key=lambda one: one.draft.characters)
    return Words(longest.draft.chosen.wording, len(texts), longest.draft.text.text)
