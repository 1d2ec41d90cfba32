"""One row of each portfolio file, checked: the values to take, or why it cannot be taken.

Values stay text, as PostgreSQL's COPY reads them; several values in one column are joined by `|`.
"""

from collections.abc import Callable, Sequence
from functools import partial

from borrowers.policies import imports, places
from borrowers.policies.imports import CannotTake, Known, Remembering

Row = tuple[str | None, ...]
Check = Callable[[Sequence[str]], Row]
REF = 40  # characters of a lender's number


def _refs(column: str) -> Remembering[str]:
    """Refs of neighbouring rows are often the same; few need to be remembered."""
    return Remembering(lambda value: imports.a_word(column, value, REF), most=64)


def borrower_check(known: Known) -> Check:
    """Rows of borrowers.csv become: ref, name, phone, language, region, locality, time_zone,
    consent_at, the number's country, zones, where they come from, jurisdictions.
    """
    region_of = Remembering(partial(imports.a_region, "region"))
    language_of = Remembering(partial(imports.a_language, "language"))
    zone_of: Remembering[str] = Remembering(
        lambda value: imports.a_zone("time_zone", value, known.zones)
    )
    moment_of: Remembering[str | None] = Remembering(
        lambda value: imports.a_moment("consent_at", value, known)
    )
    bound: dict[tuple[str, str, str], str] = {}

    def check(values: Sequence[str]) -> Row:
        ref, name, phone, language, region, locality, zone, consent = values
        ref = imports.a_word("borrower_ref", ref, REF)
        name = imports.a_word("full_name", name, 80)
        phone, country = imports.a_phone("phone", phone)
        language, region = language_of(language), region_of(region)
        locality = imports.a_word("locality", locality, 60) if locality.strip() else ""
        zone, at = zone_of(zone), moment_of(consent)
        zones = zone or _derived_zones(region, phone, known)
        where = (region, locality, country)
        if where not in bound:
            bound[where] = "|".join(places.jurisdictions(*where, known.lender_places))
        source = places.FILE if zone else places.DERIVED
        person = (ref, name, phone, language, region, locality, zone, at)
        return (*person, country, zones, source, bound[where])

    return check


def _derived_zones(region: str, phone: str, known: Known) -> str:
    zones = [one for one in places.candidate_zones(region, phone) if one in known.zones]
    if not zones:
        raise CannotTake("time_zone", "no_zone")
    return "|".join(zones)


def loan_check() -> Check:
    """Rows of loans.csv, in the order of the columns."""
    product_of: Remembering[str] = Remembering(
        lambda value: imports.one_of("product", value, imports.PRODUCTS)
    )
    status_of: Remembering[str] = Remembering(
        lambda value: imports.one_of("status", value, imports.STATUSES)
    )
    currency_of = Remembering(partial(imports.a_currency, "currency"))
    principal_of = Remembering(partial(imports.an_amount, "principal"))
    opened_of = Remembering(partial(imports.a_date, "opened_on"))

    def check(values: Sequence[str]) -> Row:
        ref, borrower, product, currency, principal, opened_on, status = values
        return (
            imports.a_word("loan_ref", ref, REF),
            imports.a_word("borrower_ref", borrower, REF),
            product_of(product),
            currency_of(currency),
            principal_of(principal),
            opened_of(opened_on),
            status_of(status),
        )

    return check


def instalment_check() -> Check:
    """Rows of instalments.csv, in the order of the columns."""
    loan_of = _refs("loan_ref")
    number_of = Remembering(partial(imports.a_number, "number"))
    due_of = Remembering(partial(imports.a_date, "due_on"))
    amount_of = Remembering(partial(imports.an_amount, "amount_due"))

    def check(values: Sequence[str]) -> Row:
        loan, number, due_on, amount = values
        return loan_of(loan), number_of(number), due_of(due_on), amount_of(amount)

    return check


def repayment_check() -> Check:
    """Rows of repayments.csv, in the order of the columns."""
    loan_of = _refs("loan_ref")
    paid_of = Remembering(partial(imports.a_date, "paid_on"))
    amount_of: Remembering[str] = Remembering(
        lambda value: imports.an_amount("amount", value, signed=True)
    )

    def check(values: Sequence[str]) -> Row:
        ref, loan, paid_on, amount = values
        ref = imports.a_word("repayment_ref", ref, REF)
        return ref, loan_of(loan), paid_of(paid_on), amount_of(amount)

    return check
