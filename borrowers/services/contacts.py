"""Numbers of nobody we know: who texts us has one, a list may name one, a member of staff may have one."""

from collections.abc import Iterable

from django.conf import settings

from borrowers.models import Borrower, ContactPoint, Lender
from borrowers.policies import places


def point_for(phone: str) -> ContactPoint | None:
    """The contact point of a number, kept as one of nobody when it is on no file; None when it is no number.

    So an opt-out from a stranger's number holds, should a file bring that number later.
    """
    e164 = places.canonical_phone(phone)
    if e164 is None:
        return None
    if (point := ContactPoint.objects.filter(phone=e164).first()) is not None:
        return point
    keep([e164])
    return ContactPoint.objects.get(phone=e164)


def keep(phones: Iterable[str]) -> int:
    """Keep numbers (E.164) of nobody, with every zone and place they may lie in; answer how many.

    A number that is on file already stays as it is. What is guessed here ends when somebody comes to
    live on the number: an import then works its zones and places out of theirs.
    """
    lender = Lender.objects.first()
    zone = lender.time_zone if lender else settings.TIME_ZONE
    lender_places = lender.jurisdictions if lender else []
    made = [_of_nobody(phone, zone, lender_places) for phone in sorted(phones)]
    ContactPoint.objects.bulk_create(made, batch_size=2000, ignore_conflicts=True)
    return len(made)


def _of_nobody(phone: str, lender_zone: str, lender_places: Iterable[str]) -> ContactPoint:
    country = places.country_of(phone) or ""
    return ContactPoint(
        phone=phone,
        phone_last4=phone[-4:],
        country=country,
        zones=list(places.zones_of_stranger(phone)) or [lender_zone],
        zone_source=places.DERIVED,
        jurisdictions=[
            place for place in places.jurisdictions(country, "", country, lender_places) if place
        ],
    )


def welcome(point: ContactPoint, borrower: Borrower) -> None:
    """Add the zones and places of somebody who lives on a number after all; the caller holds its lock."""
    lender = Lender.objects.first()
    theirs = [borrower.time_zone] if borrower.time_zone else []
    zones = {*point.zones, *(theirs or places.candidate_zones(borrower.region, point.phone))}
    bound = places.jurisdictions(
        borrower.region, borrower.locality, point.country, lender.jurisdictions if lender else []
    )
    everywhere = {place for place in (*point.jurisdictions, *bound) if place}
    if zones == set(point.zones) and everywhere == set(point.jurisdictions):
        return
    point.zones, point.jurisdictions = sorted(zones), sorted(everywhere)
    point.zone_source = places.DERIVED
    point.save(update_fields=["zones", "jurisdictions", "zone_source"])
