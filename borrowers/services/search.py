"""Find a person by what a member of staff has at hand: digits, a name, initials, a reference."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import Q
from django.db.models.functions import Reverse
from django.db.models.lookups import StartsWith

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
    end with it. A query of one character finds nobody.
    """
    text = " ".join(unicodedata.normalize("NFKC", query).split())
    if len(text) < SHORTEST:
        return Found(())
    visible = Borrower.objects.visible_to(user)
    for readings in (_meant(text), _ending(text)):
        # One query a reading: joined by OR, none of them could use its index.
        ids = {
            pk
            for wanted in readings
            for pk in visible.filter(wanted).values_list("pk", flat=True)[: limit + 1]
        }
        if ids:
            found = Borrower.objects.filter(pk__in=ids).order_by("name_pinyin", "borrower_ref")
            return Found(tuple(found[:limit]), too_many=len(ids) > limit)
    return Found(())


def _meant(text: str) -> Iterator[Q]:
    """All readings of the text that an index can answer."""
    digits = PUNCTUATION.sub("", text)
    if DIGITS.fullmatch(digits) and (numbers := _numbers(digits)) is not None:
        yield Q(pk__in=BorrowerNumber.objects.filter(numbers).values("borrower"))
    if REFERENCE.fullmatch(text):
        for ref in sorted({text, text.upper()}):
            yield Q(borrower_ref__startswith=ref)
            yield Q(pk__in=Loan.objects.filter(loan_ref__startswith=ref).values("borrower"))
    pinyin, _ = spell(text)
    if pinyin and not pinyin.isdecimal():
        if text.isascii():
            yield Q(name_pinyin__startswith=pinyin)
            yield Q(name_initials__startswith=pinyin)
        else:
            yield Q(name_pinyin__startswith=pinyin, full_name__startswith=text)


def _ending(text: str) -> Iterator[Q]:
    """The given name of a Chinese person, the family name of others: each has an index from the end."""
    pinyin, _ = spell(text)
    if pinyin and not pinyin.isdecimal():
        field, end = ("name_pinyin", pinyin) if text.isascii() else ("full_name", text)
        yield Q(StartsWith(Reverse(field), end[::-1]))


def _numbers(digits: str) -> Q | None:
    """Who lives, or lived, on a number: the last four digits, or all of them with or without country."""
    plain = digits.lstrip("+")
    last = Q(contact_point__phone_last4=plain[-4:])
    if digits.startswith(("+", "00")):
        return last & Q(contact_point__phone=f"+{plain.removeprefix('00')}")
    if len(plain) >= 7:
        return last & Q(contact_point__phone__endswith=plain.lstrip("0"))
    return last if len(plain) == 4 else None
