"""What waits for a second person: suspicious imports to release, lifts of legal holds to decide."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import DateTimeField, Exists, Func, Max, OuterRef, Q, QuerySet

from borrowers.models import Borrower, BorrowerNumber, Hold, Upload
from borrowers.services import people
from borrowers.states import UploadState
from collections_site.audit.models import Event


def imports_to_release(user: User) -> "QuerySet[Upload]":
    """Checked files with something unusual that ``user`` may release: brought and changed by others."""
    if not user.has_perm("borrowers.release_import"):
        return Upload.objects.none()
    unusual = Upload.objects.filter(state=UploadState.CHECKED, found__jumps__0__isnull=False)
    others = unusual.exclude(by=user).exclude(changed_by__contains=[user.pk])
    return others.filter(released_by=None)


def lifts_to_decide(user: User) -> "QuerySet[Hold]":
    """Live holds of which somebody else proposed the end, and of which ``user`` may decide.

    A hold on a number at which nobody is reached any more keeps nobody back and is left out.
    """
    if not user.has_perm("borrowers.approve_lift"):
        return Hold.objects.none()
    reached = BorrowerNumber.objects.filter(contact_point=OuterRef("contact_point"), till_at=None)
    now = Func(function="site_now", output_field=DateTimeField())  # one query less on every page
    live = Hold.objects.filter(people.live_holds(now), lift_proposed_by__isnull=False)
    return live.filter(Q(contact_point=None) | Exists(reached)).exclude(lift_proposed_by=user)


def persons_of(holds: Sequence[Hold]) -> Mapping[int, Borrower]:
    """By the id of each hold a person whom it keeps back; of a number's people the first on file."""
    points = [hold.contact_point_id for hold in holds if hold.contact_point_id]
    living = BorrowerNumber.objects.filter(contact_point__in=points, till_at=None)
    of_number: dict[int, Borrower] = {}
    for number in living.select_related("borrower").order_by("pk"):
        of_number.setdefault(number.contact_point_id, number.borrower)
    found = {
        hold.pk: hold.borrower
        or (hold.loan.borrower if hold.loan else of_number.get(hold.contact_point_id or 0))
        for hold in holds
    }
    return {pk: person for pk, person in found.items() if person is not None}


def proposed_at(holds: Sequence[Hold]) -> Mapping[int, datetime]:
    """By the id of each hold when its end was last proposed, as the operation log knows it."""
    if not holds:
        return {}
    events = Event.objects.filter(
        verb="hold.lift_proposed",
        subject_type=Hold._meta.label_lower,
        subject_id__in=[str(hold.pk) for hold in holds],
    )
    rows = events.order_by().values_list("subject_id").annotate(at=Max("at"))
    return {int(subject): at for subject, at in rows}
