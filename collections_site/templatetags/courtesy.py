"""How templates write money, numbers, dates, phones, names and states."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Protocol

from django import template
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext

from borrowers.policies.buckets import Buckets
from borrowers.services import buckets
from collections_site.lib import masking
from collections_site.status_tags import status_tag
from messaging.policies import placeholder_words

register = template.Library()

FEW = 30  # a share of fewer than this says nothing
# The ramp of lateness: the first month in three shades by its days, each later bucket darker.
FIRST_MONTH = [(7, "1"), (15, "2")]
LATER = ["m2", "m3"]


def missing() -> SafeString:
    """A dash for the eye and words for the ear: what is not known is neither zero nor blank."""
    return format_html(
        '<span aria-hidden="true">—</span><span class="visually-hidden">{}</span>',
        gettext("no data"),
    )


@register.simple_tag
def money(amount: Decimal | int | str | None, currency: str, places: int = 2) -> str:
    """``¥3,260.00`` in Chinese, ``CNY 3,260.00`` in English; other currencies by their letters."""
    if amount is None or amount == "":
        return missing()
    value = Decimal(amount).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    sign = "−" if value < 0 else ""
    chinese = (get_language() or "").startswith("zh")
    unit = "¥" if currency == "CNY" and chinese else f"{currency}\u00a0"
    return f"{sign}{unit}{abs(value):,f}"


@register.simple_tag
def n(value: int | Decimal | None) -> str:
    """A count with its digits grouped by three: ``1,204``."""
    return missing() if value is None else f"{value:,}"


@register.simple_tag
def pct(part: int | None, whole: int | None) -> str:
    """``96.4% (1,161 of 1,204)``; below thirty cases the numbers alone, for a share would mislead."""
    if part is None or not whole:
        return missing()
    counts = {"part": f"{part:,}", "whole": f"{whole:,}"}
    if whole < FEW:
        return gettext("too few (%(part)s of %(whole)s)") % counts
    share = Decimal(part) * 100 / Decimal(whole)
    if 0 < share < Decimal("0.1"):
        rate = "<0.1%"
    else:
        rate = f"{share.quantize(Decimal('0.1'), rounding=ROUND_HALF_UP)}%"
    return gettext("%(rate)s (%(part)s of %(whole)s)") % {"rate": rate, **counts}


@register.simple_tag
def share(part: int | None, whole: int | None) -> str:
    """``96.4%`` where the whole stands beside it; below thirty cases the two numbers, ``3/12``."""
    if part is None or not whole:
        return missing()
    if whole < FEW:
        return f"{part:,}/{whole:,}"
    rate = Decimal(part) * 100 / Decimal(whole)
    if 0 < rate < Decimal("0.1"):
        return "<0.1%"
    return f"{rate.quantize(Decimal('0.1'), rounding=ROUND_HALF_UP)}%"


@register.simple_tag
def per_thousand(part: int | None, whole: int | None, counts: bool = True) -> str:
    """``0.8 per 1,000 (33 of 41,220)``; without ``counts`` only where the whole stands beside it."""
    if part is None or not whole:
        return missing()
    said = {"part": f"{part:,}", "whole": f"{whole:,}"}
    if whole < FEW:
        few = gettext("too few (%(part)s of %(whole)s)") if counts else "%(part)s/%(whole)s"
        return few % said
    rate = (Decimal(part) * 1000 / Decimal(whole)).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    if not counts:
        return gettext("%(rate)s per 1,000") % {"rate": rate}
    return gettext("%(rate)s per 1,000 (%(part)s of %(whole)s)") % {"rate": rate, **said}


@register.simple_tag
def dt(value: datetime | date | str | None, shape: str = "table") -> str:
    """An instant in the site's zone, or a date: ``2026-11-23 15:04``.

    ``shape``: ``table`` (padded), ``prose`` (23 Nov 2026, 15:04), ``day`` (the date alone),
    ``clock`` (the time alone), ``full`` (with seconds and zone, for evidence).
    An ISO 8601 text is read first, as decisions keep their instants.
    """
    if isinstance(value, str):
        value = parse_datetime(value)
    if value is None:
        return missing()
    if isinstance(value, datetime):
        value = timezone.localtime(value)
        shapes = {
            "table": "SHORT_DATETIME_FORMAT",
            "prose": "DATETIME_FORMAT",
            "day": "SHORT_DATE_FORMAT",
            "clock": "TIME_FORMAT",
            "full": "Y-m-d H:i:s O",
        }
    else:
        shapes = {"table": "SHORT_DATE_FORMAT", "day": "SHORT_DATE_FORMAT", "prose": "DATE_FORMAT"}
    return format_html(
        '<time datetime="{}">{}</time>', value.isoformat(), date_format(value, shapes[shape])
    )


@register.simple_tag
def as_of(value: datetime | None) -> str:
    """``as of 2026-11-23 15:04`` beside a sum; where a part of it is not known to be of any time, that."""
    said = (
        gettext("as of: unknown")
        if value is None
        else format_html("{} {}", gettext("as of"), dt(value))
    )
    return format_html('<span class="text-meta">{}</span>', said)


@register.simple_tag
def phone(number: str | None, full: bool = False) -> str:
    """A number masked, ``138****0421``; ``full`` only where the look at it has been logged."""
    if not number:
        return missing()
    return masking.show_phone(number) if full else masking.mask_phone(number)


@register.simple_tag
def name(full_name: str | None, full: bool = False) -> str:
    """A name masked, ``王*芳``, ``Ana S***``; ``full`` for people who look after this person."""
    if not full_name:
        return missing()
    return full_name if full else masking.mask_name(full_name)


@register.simple_tag
def tag(status: str, kind: str = "") -> SafeString:
    """A state as colour, sign and word. ``kind`` names its table where several know the state."""
    look = status_tag(status, kind)
    return format_html(
        '<span class="tag tag-{}"><span aria-hidden="true">{}</span>{}</span>',
        look.style,
        look.sign,
        look.word,
    )


@register.simple_tag(takes_context=True)
def bucket(context: template.Context, days: int | None) -> SafeString:
    """How late, in words and on the ramp of lateness; ``days`` below zero are still to come."""
    if days is None:
        return missing()
    style, label = bucket_of(days, _buckets(context))
    return format_html('<span class="bucket bucket-{}">{}</span>', style, label)


def _buckets(context: template.Context) -> Buckets:
    """The lender's buckets, asked for once a page."""
    request = getattr(context, "request", None) or context.get("request")
    found: Buckets | None = getattr(request, "buckets", None)
    if found is None:
        found = buckets.current()
        if request is not None:
            request.buckets = found
    return found


def bucket_of(days: int, of: Buckets) -> tuple[str, str]:
    """The class and the label of a number of days past due, in the buckets ``of`` a lender.

    In the first bucket the days alone say enough; a later one is named before them: ``M2 · 43 d``.
    """
    if days < 0:
        left = -days
        return "pre", ngettext("due in %(n)s d", "due in %(n)s d", left) % {"n": left}
    if days == 0:
        return "due", gettext("due today")
    label = ngettext("%(n)s d", "%(n)s d", days) % {"n": days}
    place = of.of(days)
    if place == 1:
        return next((style for last, style in FIRST_MONTH if days <= last), "3"), label
    style = LATER[place - 2] if place - 2 < len(LATER) else "m4"
    return style, f"{of.all[place].label} · {label}"


@register.simple_tag
def bubble(text: str, language: str = "", out: bool = True) -> SafeString:
    """A text exactly as a phone shows it, in its own language; ``out`` is from us to them."""
    return format_html(
        '<div class="bubble{}" lang="{}">{}</div>',
        " bubble-out" if out else "",
        html_lang(language),
        text,
    )


class Stretch(Protocol):
    """Some characters of a text, and whether they were put in for one person."""

    @property
    def text(self) -> str: ...
    @property
    def value(self) -> bool: ...


@register.simple_tag
def filled_bubble(shown: Iterable[Stretch], language: str = "") -> SafeString:
    """A text as ``bubble`` shows it, with what was put in for one person underlined."""
    marked = format_html_join(
        "",
        "{}",
        ((format_html("<mark>{}</mark>", one.text) if one.value else one.text,) for one in shown),
    )
    return format_html('<div class="bubble" lang="{}">{}</div>', html_lang(language), marked)


@register.filter
def placeholder_word(name: str) -> str:
    """What a placeholder is called in the reader's language: ``((due_date))`` is the due date."""
    return placeholder_words.word(name, get_language() or "")


@register.filter
def html_lang(language: str | None) -> str:
    """A language tag as browsers write it: ``zh-hans`` becomes ``zh-Hans``."""
    parts = (language or "").split("-")
    return "-".join(part.title() if len(part) == 4 else part for part in parts)


@register.filter
def in_language(row: Any, field: str) -> str:
    """The column of ``row`` in the reader's language: ``template|in_language:"name"``."""
    ending = "zh" if (get_language() or "").startswith("zh") else "en"
    value: str = getattr(row, f"{field}_{ending}")
    return value
