"""Where a person may be: the time zones and the jurisdictions a number may lie in.

A text needs an hour open in every candidate zone, so a doubt adds zones and never removes one.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Literal

import phonenumbers
from babel.core import get_global
from phonenumbers import PhoneNumber, ValidationResult, timezone

EASTERN, CENTRAL, MOUNTAIN, PACIFIC = (
    f"America/{city}" for city in ("New_York", "Chicago", "Denver", "Los_Angeles")
)
# Zones of the states, 49 CFR 71 and the tz database; a state that is divided has several.
_STATES_OF = [
    ("CT DE DC GA ME MD MA NH NJ NY NC OH PA RI SC VT VA WV", (EASTERN,)),
    ("AL AR IL IA LA MN MS MO OK WI", (CENTRAL,)),
    ("CO MT NM UT WY", (MOUNTAIN,)),
    ("CA WA", (PACIFIC,)),
    ("FL KY TN", (EASTERN, CENTRAL)),
    ("KS NE ND SD TX", (CENTRAL, MOUNTAIN)),
]
US_ZONES: dict[str, tuple[str, ...]] = {
    **{state: zones for states, zones in _STATES_OF for state in states.split()},
    "AK": ("America/Anchorage", "America/Adak"),
    "AZ": ("America/Phoenix", MOUNTAIN),
    "HI": ("Pacific/Honolulu",),
    "ID": ("America/Boise", PACIFIC),
    "IN": ("America/Indiana/Indianapolis", CENTRAL),
    "MI": ("America/Detroit", CENTRAL),
    "NV": (PACIFIC, MOUNTAIN),
    "OR": (PACIFIC, "America/Boise"),
    "PR": ("America/Puerto_Rico",),
    "VI": ("America/St_Thomas",),
    "GU": ("Pacific/Guam",),
    "MP": ("Pacific/Saipan",),
    "AS": ("Pacific/Pago_Pago",),
}
ATLANTIC = "America/Halifax"
CA_ZONES = {
    "AB": ("America/Edmonton",),
    "BC": ("America/Vancouver", "America/Dawson_Creek", "America/Edmonton"),
    "MB": ("America/Winnipeg",),
    "NB": (ATLANTIC,),
    "NL": ("America/St_Johns", ATLANTIC),
    "NS": (ATLANTIC,),
    "NT": ("America/Edmonton",),
    "NU": ("America/Toronto", "America/Winnipeg", "America/Edmonton"),
    "ON": ("America/Toronto", "America/Winnipeg"),
    "PE": (ATLANTIC,),
    "QC": ("America/Toronto", ATLANTIC),
    "SK": ("America/Regina", "America/Edmonton"),
    "YT": ("America/Whitehorse",),
}
STATES = {"US": US_ZONES, "CA": CA_ZONES}
# Towns with rules of their own.
TOWNS = {
    ("US-NY", town): "US-NY-NYC"
    for town in (
        "new york city",
        "new york",
        "nyc",
        "manhattan",
        "brooklyn",
        "queens",
        "bronx",
        "the bronx",
        "staten island",
    )
}
_AREAS = "Africa America Antarctica Arctic Asia Atlantic Australia Europe Indian Pacific"
AREAS = frozenset(_AREAS.split())
FILE, DERIVED = "file", "derived"  # where a number's zones come from


def is_region_city(zone: str) -> bool:
    """Whether the name has the form of a place (`Asia/Shanghai`), not of an offset or abbreviation."""
    area, _, city = zone.partition("/")
    return area in AREAS and bool(city)


def known_region(region: str) -> bool:
    """Whether this is an ISO 3166 country, or a country and a subdivision (`US-NY`)."""
    country, dash, part = region.partition("-")
    if country not in phonenumbers.SUPPORTED_REGIONS:
        return False
    if country in STATES and dash:
        return part in STATES[country]
    return not dash or (1 <= len(part) <= 3 and part.isascii() and part.isalnum())


@lru_cache(maxsize=1024)
def zones_of_region(region: str) -> frozenset[str]:
    """The zones of the subdivision where we know them, else all of the country's."""
    country, _, part = region.partition("-")
    found = STATES.get(country, {}).get(part) or get_global("territory_zones").get(country, ())
    return frozenset(zone for zone in found if is_region_city(zone))


def zones_of_number(phone: str) -> frozenset[str]:
    """The zones a number (E.164) may be used in, by its area code or its country; may be empty."""
    current = get_global("zone_aliases")
    found = timezone.time_zones_for_number(phonenumbers.parse(phone))
    return frozenset(current.get(zone, zone) for zone in found if is_region_city(zone))


def candidate_zones(region: str, phone: str) -> tuple[str, ...]:
    """Where somebody of this region with this number may be: the zones both name, else all of either."""
    here, there = zones_of_region(region), zones_of_number(phone)
    return tuple(sorted((here & there) or (here | there)))


def zones_of_stranger(phone: str) -> tuple[str, ...]:
    """Where a number (E.164) of nobody we know may be: what it tells, else its country; may be empty."""
    return tuple(sorted(zones_of_number(phone) or zones_of_region(country_of(phone) or "")))


Decider = Literal["file", "number", "region", "both", "either", "people"]


def decided_by(zones: Iterable[str], source: str, *, own: str, region: str, phone: str) -> Decider:
    """Which source decided the zones on file for a number, as a person's page says it.

    ``file``: the lender's file names it. ``region`` and ``number``: the other names none. ``both`` name
    them; ``either``: they name different ones and all count. ``people``: others are reached at the
    number too, and the zones of all count.
    """
    if source not in (FILE, DERIVED):
        return "number"
    if set(zones) != ({own} if source == FILE else set(candidate_zones(region, phone))):
        return "people"
    if source == FILE:
        return "file"
    here, there = zones_of_region(region), zones_of_number(phone)
    if here and there:
        return "both" if here & there else "either"
    return "region" if here else "number"


def jurisdictions(
    region: str, locality: str, country: str, lender: Iterable[str]
) -> tuple[str, ...]:
    """Whose rules bind a text to this person: region, town, the number's country, the lender's places."""
    town = TOWNS.get((region, " ".join(locality.casefold().split())))
    return tuple(sorted({region, country, *lender} | ({town} if town else set())))


def canonical_phone(text: str) -> str | None:
    """The E.164 form of a number written with its country code, or None if no such number can exist."""
    code, national = _split(text)
    if code and _possible(code, national[:1] == "0", len(national), text):
        return text
    try:
        number = phonenumbers.parse(text)
    except phonenumbers.NumberParseException:
        return None
    return phonenumbers.format_number(number, E164) if _could_exist(number) else None


def country_of(phone: str) -> str | None:
    """The country of a number (E.164), None for numbers of no country.

    A number of a shared code that belongs to no part of it is taken for the code's main country.
    """
    code, _ = _split(phone)
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(code, ("001",))
    if regions[0] == "001":
        return None
    if len(regions) == 1:
        return str(regions[0])
    return phonenumbers.region_code_for_number(phonenumbers.parse(phone)) or str(regions[0])


E164 = phonenumbers.PhoneNumberFormat.E164
_known: dict[tuple[int, bool, int], bool] = {}


def _split(text: str) -> tuple[int, str]:
    """Country code and the rest; (0, "") unless the text is + and 7 to 15 ASCII digits."""
    digits = text[1:]
    if text[:1] == "+" and 7 <= len(digits) <= 15 and digits.isascii() and digits.isdecimal():
        for length in (1, 2, 3):
            if (code := int(digits[:length])) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE:
                return code, digits[length:]
    return 0, ""


def _possible(code: int, zero: bool, length: int, text: str) -> bool:
    """Whether numbers of this shape are possible; the length decides, so the answer is remembered."""
    key = (code, zero, length)
    if key not in _known:
        number = phonenumbers.parse(text)
        canonical = phonenumbers.format_number(number, E164) == text
        if not canonical:
            return False
        _known[key] = _could_exist(number)
    return _known[key]


def _could_exist(number: PhoneNumber) -> bool:
    reason: int = phonenumbers.is_possible_number_with_reason(number)
    return reason == ValidationResult.IS_POSSIBLE
