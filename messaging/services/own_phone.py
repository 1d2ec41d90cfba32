"""The phones of members of staff, and the one text that may go there: a test of their own words."""

from datetime import timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from borrowers.models import BorrowerNumber, ContactPoint, Lender
from borrowers.services import contacts
from collections_site.audit import services as audit
from collections_site.lib import clock
from collections_site.lib.decision import NotAllowed
from messaging import ways as batch_ways
from messaging.models import Registration, Reminder, StaffPhone, Wording
from messaging.policies import values
from messaging.services import compose, wording_invented
from messaging.services import wording_rows as rows
from messaging.services.compose import CannotWord
from messaging.services.wording_invented import House
from messaging.services.wording_rows import Words
from messaging.states import RegistrationState, ReminderKind, ReminderState, WordingState
from messaging.ways import Route, Ways

KEEPS = timedelta(minutes=15)  # a test that has not left by then is of no use any more
TESTABLE = [WordingState.DRAFT, WordingState.SUBMITTED, WordingState.APPROVED]


@transaction.atomic
def record_phone(user: User, phone: str, *, by: User | None) -> StaffPhone:
    """Record the phone that ``user`` gets tests on, in place of any before.

    ``by`` vouches that it is theirs, which makes it verified from today: an administrator, or None for
    somebody at the server's own shell. ``phone`` is written with its country, ``+86 138 0000 0000``.
    Raises NotAllowed for anyone else, for what is no number or a borrower's, and before there is a lender.
    """
    if by is not None and not by.has_perm("auth.change_user"):
        raise NotAllowed(_("Only an administrator can record the phone of a member of staff."))
    lender = Lender.objects.first()
    if lender is None:
        raise NotAllowed(_("Set up the lender first: manage.py start_lender."))
    number = contacts.point_for(phone)
    if number is None:
        raise NotAllowed(
            _("That is no phone number. Write it with its country, like +86 138 0000 0000.")
        )
    _of_no_borrower(number)
    StaffPhone.objects.filter(user=user).exclude(contact_point=number).update(verified_on=None)
    row, _new = StaffPhone.objects.update_or_create(
        user=user, contact_point=number, defaults={"verified_on": clock.today(lender.time_zone)}
    )
    audit.record("staff.phone_recorded", user, by=by, after={"verified_on": str(row.verified_on)})
    return row


def phone_of(user: User) -> StaffPhone | None:
    """The verified phone of a member of staff, if one is on file."""
    found = StaffPhone.objects.filter(user=user, verified_on__isnull=False)
    return found.select_related("contact_point").order_by("-verified_on", "-pk").first()


@transaction.atomic
def send_test(wording: Wording, *, by: User) -> Reminder:
    """Schedule one text of ``wording`` to its author's own phone, with invented values and "TEST ".

    The text says what an invented, usual person would be told; it is counted and billed like any
    other. It leaves with the next minute's pump, or never. Raises NotAllowed, saying what to do, for
    anybody but the author, without a verified phone, for words that no sender takes there, while
    sending is stopped, and while the last test is still on its way.
    """
    row = rows.locked(wording)
    if row.author_id != by.pk:
        raise NotAllowed(_("Only its author can send a test of this version."))
    if row.state not in TESTABLE:
        raise rows.out_of_step(row)
    phone = phone_of(by)
    if phone is None:
        raise NotAllowed(
            _("No verified phone of yours is on file. An administrator can record it for you.")
        )
    _of_no_borrower(phone.contact_point)
    waiting = Reminder.objects.filter(
        kind=ReminderKind.TEST, by=by, state=ReminderState.SCHEDULED, expires_at__gt=clock.now()
    )
    if waiting.exists():
        raise NotAllowed(_("Your last test is still on its way. It leaves within a minute."))
    at = clock.now()
    ways = batch_ways.load(at)
    _carried(row, ways.route(phone.contact_point.country), ways)
    reminder = Reminder(
        kind=ReminderKind.TEST,
        template=row.template,
        wording=row,
        values=_invented(row, ways),
        contact_point=phone.contact_point,
        by=by,
        due_at=at,
        expires_at=at + KEEPS,
        created_at=at,
    )
    try:
        compose.plain(reminder, ways)
    except CannotWord as error:
        raise NotAllowed(_("No text can be made: %(why)s.") % {"why": error}) from error
    reminder.save()
    audit.record("wording.test_sent", row, by=by, after={"reminder": reminder.pk})
    return reminder


def _of_no_borrower(number: ContactPoint) -> None:
    """Raises NotAllowed for a borrower's number: words that nobody approved must not go there."""
    people = BorrowerNumber.objects.filter(contact_point=number, till_at=None)
    if people.exclude(relation=BorrowerNumber.NOT_OWN).exists():
        raise NotAllowed(_("That number is on file as a borrower's. Tests need another phone."))


def _carried(row: Wording, route: Route, ways: Ways) -> None:
    """Raises NotAllowed when nobody would carry a test of these words at this moment."""
    if ways.stopped(None, route.provider):
        raise NotAllowed(_("Sending is stopped. A test can go out after it has been resumed."))
    if route.sender is None or route.refuses:
        raise NotAllowed(_("No carrier takes our texts to the country of your phone."))
    accepted = Registration.objects.filter(
        wording=row, provider=route.provider, state=RegistrationState.ACCEPTED
    )
    if route.sender.provider.requires_registration and not accepted.exists():
        raise NotAllowed(
            _("%(carrier)s carries only wordings that it has registered, tests too.")
            % {"carrier": route.sender.provider.name}
        )


def _invented(row: Wording, ways: Ways) -> dict[str, str]:
    """The values of the usual invented person."""
    words = Words(row.language, row.jurisdictions, row.signature, row.text)
    usual = wording_invented.said(words, House.of(ways))["usual"]
    return values.formatted(usual, row.placeholders)
