"""Find a person by what a member of staff has at hand: digits, a name, initials, a reference."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from borrowers.models import Borrower, BorrowerNumber, Loan
from borrowers.services.names import spell

LIMIT = 200
SHORTEST = 2  # characters; less would find everybody

DIGITS = re.compile(r"\+?[0-9]+")
REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./-]*")
PUNCTUATION = re.compile(r"[\s().-]+")


@dataclass(frozen=True, slots=True)
class Found:
    """People in order of name; ``too_many`` when there are more than were asked for."""

    people: tuple[Borrower, ...]
    too_many: bool = False


def find(query: str, *, user: User, limit: int = LIMIT) -> Found:
    """The people ``user`` may see whom ``query`` may mean, at most ``limit``.

    Last four digits or a whole phone number in any writing; a name or its beginning in Han characters,
    pinyin or initials; a borrower or loan number or its beginning. If nothing begins so, names that
    contain it. A query of one character finds nobody.
    """
    text = " ".join(unicodedata.normalize("NFKC", query).split())
    if len(text) < SHORTEST:
        return Found(())
    visible = Borrower.objects.visible_to(user)
    for way in (_meant, _containing):
        if (wanted := way(text)) is not None:
            rows = list(visible.filter(wanted).order_by("name_pinyin", "borrower_ref")[: limit + 1])
            if rows:
                return Found(tuple(rows[:limit]), too_many=len(rows) > limit)
    return Found(())


def _meant(text: str) -> Q:
    """All readings of the text that an index can answer."""
    wanted = Q(pk__in=())
    digits = PUNCTUATION.sub("", text)
    if DIGITS.fullmatch(digits):
        wanted |= Q(pk__in=_people_at(digits))
    if REFERENCE.fullmatch(text):
        refs = {text, text.upper()}
        wanted |= _any_of(refs, lambda ref: Q(borrower_ref__startswith=ref))
        loans = _any_of(refs, lambda ref: Q(loan_ref__startswith=ref))
        wanted |= Q(pk__in=Loan.objects.filter(loans).values("borrower"))
    pinyin, _ = spell(text)
    if pinyin and not pinyin.isdecimal():
        if text.isascii():
            wanted |= Q(name_pinyin__startswith=pinyin) | Q(name_initials__startswith=pinyin)
        else:
            wanted |= Q(name_pinyin__startswith=pinyin, full_name__startswith=text)
    return wanted


def _containing(text: str) -> Q | None:
    """Names with the text inside: reads every name, so only when nothing begins with it."""
    pinyin, _ = spell(text)
    if not pinyin or pinyin.isdecimal():
        return None
    return Q(name_pinyin__contains=pinyin) if text.isascii() else Q(full_name__contains=text)


def _any_of(refs: set[str], condition: Callable[[str], Q]) -> Q:
    wanted = Q(pk__in=())
    for ref in sorted(refs):
        wanted |= condition(ref)
    return wanted


def _people_at(digits: str) -> "QuerySet[BorrowerNumber, Any] | tuple[()]":
    """Who lives, or lived, on a number: the last four digits, or all of them with or without country."""
    plain = digits.lstrip("+")
    international = plain.removeprefix("00") if plain.startswith("00") else plain
    numbers = BorrowerNumber.objects.filter(contact_point__phone_last4=plain[-4:])
    if digits.startswith("+") or plain.startswith("00"):
        numbers = numbers.filter(contact_point__phone=f"+{international}")
    elif len(plain) >= 7:
        numbers = numbers.filter(contact_point__phone__endswith=plain.lstrip("0"))
    elif len(plain) != 4:
        return ()
    return numbers.values("borrower")
