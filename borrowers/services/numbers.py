"""Whose a number is: staff learn that it is not this person's, or that it is, and say so.

The relation of one person to one number changes. Other people who live on the number are texted as
before; only a number on which nobody lives any more is held itself.
"""

from collections.abc import Iterable
from datetime import date

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from borrowers.models import Borrower, BorrowerNumber, ContactPoint, Hold
from borrowers.services import acts, contacts, holds
from borrowers.services.acts import STAFF, CannotRecord
from collections_site.audit import services as audit
from collections_site.lib.decision import NotAllowed

OWN, SHARED, NOT_OWN = BorrowerNumber.OWN, BorrowerNumber.SHARED, BorrowerNumber.NOT_OWN


def lock(borrower: Borrower, points: Iterable[int]) -> None:
    """Take this person and whoever lives on these numbers by id, then the numbers: as sends do."""
    ids = sorted(set(points))
    living = BorrowerNumber.objects.filter(contact_point__in=ids, till_at=None)
    whose = Q(pk=borrower.pk) | Q(pk__in=living.values("borrower"))
    list(Borrower.objects.filter(whose).order_by("pk").select_for_update(no_key=True))
    held = ContactPoint.objects.filter(pk__in=ids).order_by("pk")
    list(held.select_for_update(no_key=True))


@transaction.atomic
def not_own(borrower: Borrower, number: BorrowerNumber, *, text: str = "", by: User) -> Hold | None:
    """Say that a number is not this person's: no text meant for them goes there from now on.

    Answers the hold on the number itself, placed only where nobody else lives on it; None where
    somebody does. Said again it changes nothing. ``text`` becomes a note. Waits for sends under way.
    Raises CannotRecord for a number that is on file for them no more, NotAllowed for who only reads.
    """
    row = _taken(borrower, number, by)
    others = _living(row)
    if row.relation != NOT_OWN:
        before = _told(row)
        row.relation, row.verified_on = NOT_OWN, None
        row.save(update_fields=["relation", "verified_on"])
        _relate(others)
        audit.record(
            "number.not_own",
            row,
            by=by,
            before=before,
            after={**_whose(row), "others": others.count()},
        )
    hold = None
    if not others.exists():
        point = row.contact_point
        hold = holds.place("wrong_number", contact_point=point, source=STAFF, by=by)
    acts.keep_words(borrower, text, by=by, hold=hold)
    return hold


@transaction.atomic
def verify(
    borrower: Borrower, number: BorrowerNumber, *, on: date | None = None, text: str = "", by: User
) -> BorrowerNumber:
    """Say that a number is this person's, checked with them on a business date; today without one.

    Their verified number is the one that texts go to. What holds the number back stays. An earlier
    date never replaces a later one. Raises CannotRecord for a number that is on file for them no more,
    NotAllowed for who only reads, and for a collector where the number is known not to be theirs.
    """
    row = _taken(borrower, number, by)
    if objection := against_verifying(row, by):
        raise NotAllowed(objection)
    before = _told(row)
    day = on or acts.present().day
    row.verified_on = max(day, row.verified_on or day)
    if row.relation == NOT_OWN:
        others = _living(row)
        row.relation = SHARED if others.exists() else OWN
        others.update(relation=SHARED)
        contacts.welcome(row.contact_point, borrower)
    if _told(row) != before:
        row.save(update_fields=["relation", "verified_on"])
        after = {**_whose(row), **_told(row)}
        audit.record("number.verified", row, by=by, before=before, after=after)
    acts.keep_words(borrower, text, by=by, hold=None)
    return row


def against_verifying(number: BorrowerNumber, by: User) -> str:
    """Why ``by`` may not say that a number is theirs; empty when they may.

    What protects a stranger takes a second person to undo, as with a hold.
    """
    if number.relation == NOT_OWN and not by.has_perm("borrowers.lift_hold"):
        return _("It is on file that this number is not theirs: a supervisor verifies it.")
    return ""


def _taken(borrower: Borrower, number: BorrowerNumber, by: User) -> BorrowerNumber:
    """The row as it stands under the locks that sends take. Raises NotAllowed, CannotRecord."""
    if not by.has_perm("borrowers.place_hold"):
        raise NotAllowed(_("Your role does not record this: ask a collector or a supervisor."))
    lock(borrower, [number.contact_point_id])
    rows = BorrowerNumber.objects.filter(borrower=borrower, till_at=None)
    row = rows.select_related("contact_point").filter(pk=number.pk).first()
    if row is None:
        raise CannotRecord("number", _("This number is on file for them no more."))
    return row


def _living(row: BorrowerNumber) -> "QuerySet[BorrowerNumber]":
    """The other people who live on this number."""
    rows = BorrowerNumber.objects.filter(contact_point=row.contact_point_id, till_at=None)
    return rows.exclude(relation=NOT_OWN).exclude(borrower=row.borrower_id)


def _relate(living: "QuerySet[BorrowerNumber]") -> None:
    """A number on which one person is left is their own, as an import would say.

    Its zones and places stay those of all who were there: they can only make texts rarer.
    """
    if living.count() == 1:
        living.update(relation=OWN)


def _told(row: BorrowerNumber) -> dict[str, str]:
    return {"relation": row.relation, "verified_on": str(row.verified_on or "")}


def _whose(row: BorrowerNumber) -> dict[str, int]:
    return {"borrower": row.borrower_id, "contact_point": row.contact_point_id}
