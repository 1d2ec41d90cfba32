"""Take down that somebody agrees to texts, or no longer does; the next text is judged by it.

Courtesy asks for consent everywhere, also where no law does, and so a withdrawal binds everywhere: it
counts for every number the person was ever reached at, and no older consent outlives it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from borrowers.models import Borrower, BorrowerNumber, Consent
from borrowers.policies import consents as policy
from borrowers.policies.holds import TWICE
from borrowers.services import numbers
from borrowers.services.acts import STAFF, CannotRecord
from collections_site.audit import services as audit
from collections_site.lib import clock
from collections_site.lib.decision import NotAllowed

MINUTE = timedelta(minutes=1)  # what people type has no seconds


def newest_first(borrower: Borrower) -> list[Consent]:
    """Every word of a person on consent, the one that counts first."""
    rows = Consent.objects.filter(borrower=borrower).select_related("contact_point", "by")
    return list(rows.order_by("-at", "-pk"))


@transaction.atomic
def give(
    borrower: Borrower, number: BorrowerNumber, *, at: datetime, text: str, by: User
) -> Consent:
    """Take down that a person agreed to texts at one number of theirs, and how they said it.

    The same said twice is one. Raises CannotRecord for a number that is not theirs, for a time to come
    or before the newest word on file, and after a withdrawal for anybody but a supervisor; NotAllowed
    for who only reads.
    """
    _may(by)
    points = _points(borrower)
    numbers.lock(borrower, points)
    row = BorrowerNumber.objects.filter(pk=number.pk, borrower=borrower, till_at=None).first()
    if row is None or row.relation == BorrowerNumber.NOT_OWN:
        raise CannotRecord("number", _("This number is not theirs: choose one of their own."))
    at = _in_order(borrower, True, at, by)
    return _write(borrower, [row.contact_point_id], True, at, text, by)[0]


@transaction.atomic
def withdraw(borrower: Borrower, *, at: datetime, text: str, by: User) -> list[Consent]:
    """Take down that a person agrees to texts no longer: at any number they were ever reached at.

    Waits for sends under way; nothing is sent after it. Nothing planned is cancelled: policy and walls
    withhold it. The same said twice is one. Raises CannotRecord for a time to come, one before the
    newest word on file, and for somebody without a number; NotAllowed for who only reads.
    """
    _may(by)
    points = _points(borrower)
    if not points:
        raise CannotRecord("said", _("No number of theirs is on file: nothing can be withdrawn."))
    numbers.lock(borrower, points)
    at = _in_order(borrower, False, at, by)
    return _write(borrower, points, False, at, text, by)


def _may(by: User) -> None:
    if not by.has_perm("borrowers.place_hold"):
        raise NotAllowed(_("Your role records no consent: ask a collector or a supervisor."))


def _points(borrower: Borrower) -> list[int]:
    """The numbers the person was ever on file at: an old one may come back with an old consent."""
    ever = set(borrower.numbers.values_list("contact_point", flat=True))
    return sorted(ever | set(borrower.consents.values_list("contact_point", flat=True)))


def _in_order(borrower: Borrower, given: bool, at: datetime, by: User) -> datetime:
    """The instant to write down: within the minute typed, it comes after what is on file.

    Raises CannotRecord.
    """
    now, newest = clock.now(), next(iter(newest_first(borrower)), None)
    last = newest.at if newest else None
    if timedelta(0) <= now - at < MINUTE:
        at = now
    if last and at < last and (last - at < MINUTE or (at == now and not given)):
        at = last  # of two at one instant the row written later counts
    said = policy.Said(
        given=given,
        at=at,
        newest=last,
        withdrawn=bool(newest and not newest.given),
        supervises=by.has_perm("borrowers.lift_hold"),
    )
    objection = policy.against(said, now=max(now, last or now))
    if objection == "not_yet":
        raise CannotRecord("at", _("This time is still to come: enter when they said it."))
    if objection == "not_the_last_word" and last:
        when = date_format(localtime(last), "DATETIME_FORMAT")
        sentence = _("The newest word on file is of %(when)s: enter a later time.")
        raise CannotRecord("at", sentence % {"when": when})
    if objection == "needs_supervisor":
        raise CannotRecord("said", _("They withdrew consent: a supervisor records a new one."))
    return at


def _write(
    borrower: Borrower, points: Sequence[int], given: bool, at: datetime, text: str, by: User
) -> list[Consent]:
    """One row a number; what was written within the minute, and is the newest word still, is that."""
    newest = next(iter(newest_first(borrower)), None)
    same = Consent.objects.filter(borrower=borrower, given=given, text=text, by=by)
    if newest and at - newest.at < TWICE:
        before = list(same.filter(at=newest.at, contact_point__in=points))
        if newest in before:
            return before
    rows = Consent.objects.bulk_create(
        Consent(
            borrower=borrower,
            contact_point_id=point,
            given=given,
            at=at,
            source=STAFF,
            text=text,
            by=by,
        )
        for point in points
    )
    after = {"contact_points": list(points), "at": at.isoformat()}
    verb = "consent.given" if given else "consent.withdrawn"
    audit.record(verb, borrower, by=by, after=after)
    return rows
