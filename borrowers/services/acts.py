"""What staff record about a person on the phone: what holds reminders back from now on, and notes.

Nothing that is planned is cancelled here: the policy and the walls withhold it for as long as the hold lives.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from borrowers.models import Borrower, BorrowerNumber, Hold, Lender, Loan, Note
from borrowers.policies import holds as policy
from borrowers.services import holds, people
from collections_site.audit import services as audit
from collections_site.lib import clock
from collections_site.lib.decision import NotAllowed

STAFF = "staff"  # who told us: a member of staff, from a call or a letter
DEFAULT_ZONE = "Asia/Shanghai"
LAST_SECOND = time(23, 59, 59)


class CannotRecord(Exception):
    """What was typed is not taken: the field it stands in, and a sentence for staff."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Moment:
    """The site's present instant, and the lender's calendar day and zone at it."""

    at: datetime
    day: date
    zone: ZoneInfo


def present() -> Moment:
    """The site's time and business date; before a lender is set up, in the default zone."""
    name = Lender.objects.values_list("time_zone", flat=True).first() or DEFAULT_ZONE
    at, zone = clock.now(), ZoneInfo(name)
    return Moment(at, at.astimezone(zone).date(), zone)


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The last second of a calendar day in a zone."""
    return datetime.combine(day, LAST_SECOND, zone)


def check_day(kind: str, field: str, day: date, *, on: date) -> None:
    """Raise CannotRecord for a day that has passed or lies further off than this kind may last."""
    objection = policy.against_day(kind, day, on=on)
    if objection == "in_the_past":
        raise CannotRecord(field, _("This day has passed: choose today or a later one."))
    if objection == "too_far":
        last = (on + policy.FURTHEST[kind]).isoformat()
        raise CannotRecord(field, _("This is too far off: %(day)s at the latest.") % {"day": last})


@transaction.atomic
def hold_until(kind: str, borrower: Borrower, day: date, *, text: str, by: User) -> Hold:
    """Hold reminders until the end of a day: a pause or a plan; ``text`` becomes a note.

    Raises CannotRecord for a day that is not taken, NotAllowed for somebody who may not.
    """
    moment = present()
    check_day(kind, "until", day, on=moment.day)
    till = end_of(day, moment.zone)
    hold = holds.place(kind, borrower=borrower, source=STAFF, till=till, by=by)
    keep_words(borrower, text, by=by, hold=hold)
    return hold


@transaction.atomic
def says_paid(borrower: Borrower, *, text: str, by: User) -> Hold:
    """Hold reminders for 72 hours, in which the payment shows. Raises NotAllowed."""
    till = clock.now() + policy.PAID_HOURS
    hold = holds.place("paid", borrower=borrower, source=STAFF, till=till, by=by)
    keep_words(borrower, text, by=by, hold=hold)
    return hold


@transaction.atomic
def hold_for_good(kind: str, borrower: Borrower, *, text: str, by: User) -> Hold:
    """Hold reminders until two people lift it. Raises NotAllowed.

    An opt-out is one on the number, as if it had been texted, and so holds whoever else lives on it.
    """
    number = people.numbers_of([borrower.pk]).exclude(relation=BorrowerNumber.NOT_OWN).first()
    if kind == "opt_out" and number is not None:
        hold = holds.place(kind, contact_point=number.contact_point, source=STAFF, by=by)
    else:
        hold = holds.place(kind, borrower=borrower, source=STAFF, by=by)
    keep_words(borrower, text, by=by, hold=hold)
    return hold


@transaction.atomic
def hold_loan(kind: str, borrower: Borrower, loan: Loan, *, text: str, by: User) -> Hold:
    """Hold reminders of one loan: said to be paid for 72 hours, else until two people lift it.

    The person's other loans are reminded of as before. Raises NotAllowed, ValueError for a loan of
    somebody else.
    """
    if loan.borrower_id != borrower.pk:
        raise ValueError(f"loan {loan.pk} is not of borrower {borrower.pk}")
    till = clock.now() + policy.PAID_HOURS if kind == "paid" else None
    hold = holds.place(kind, loan=loan, source=STAFF, till=till, by=by)
    keep_words(borrower, text, by=by, hold=hold)
    return hold


@transaction.atomic
def note(borrower: Borrower, text: str, *, by: User) -> Note:
    """Write something down about a person; a second press of the button writes nothing more.

    Raises NotAllowed for somebody who only reads.
    """
    if not by.has_perm("borrowers.place_hold"):
        raise NotAllowed(_("Your role writes no notes: ask a collector or a supervisor."))
    # The lock makes two presses wait for each other.
    Borrower.objects.select_for_update(no_key=True).get(pk=borrower.pk)
    return _write(borrower, text, by=by, hold=None)


def keep_words(borrower: Borrower, text: str, *, by: User, hold: Hold | None) -> None:
    """Keep the words that came with an act as a note, if there were any."""
    if text:
        _write(borrower, text, by=by, hold=hold)


def _write(borrower: Borrower, text: str, *, by: User, hold: Hold | None) -> Note:
    at = clock.now()
    just_now = Note.objects.filter(borrower=borrower, by=by, text=text, at__gt=at - policy.TWICE)
    if (same := just_now.filter(hold=hold).first()) is not None:
        return same
    row = Note.objects.create(borrower=borrower, hold=hold, text=text, by=by, at=at)
    after = {"borrower": borrower.pk, "hold": hold and hold.pk}
    audit.record("note.added", row, by=by, after=after)
    return row
