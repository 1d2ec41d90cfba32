"""Numbers that turn up without a file: whoever texts us has one, on file or not."""

from functools import cache
from zoneinfo import available_timezones

import phonenumbers
from phonenumbers import timezone as number_zones

from borrowers.models import ContactPoint, Lender


def point_for(phone: str) -> ContactPoint | None:
    """The contact point of a number, made when nobody has it on file; None when it is no number.

    So an opt-out from a stranger's number holds, should a file bring that number later.
    """
    try:
        parsed = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    e164 = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    country = phonenumbers.region_code_for_number(parsed) or ""
    guessed = [zone for zone in number_zones.time_zones_for_number(parsed) if zone in _regions()]
    number, _ = ContactPoint.objects.get_or_create(
        phone=e164,
        defaults={
            "phone_last4": e164[-4:],
            "country": country[:2],
            "zones": guessed or [Lender.objects.get().time_zone],
            "zone_source": "number",
            "jurisdictions": [country] if country else [],
        },
    )
    return number


@cache
def _regions() -> set[str]:
    """Zone names of the form Region/City; others are ambiguous abbreviations."""
    return {zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/")}
