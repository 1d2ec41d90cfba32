"""How much may be sent to a page at once: more is refused before any of it is read."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from collections_site.lib.access import View


@dataclass(frozen=True, slots=True)
class Limit:
    """The most bytes of a body, and the sentence for whoever sends more."""

    most: int
    sentence: str | Promise


def takes(most: int, sentence: str | Promise) -> Callable[[View], View]:
    """This page takes bodies of up to ``most`` bytes; the middleware refuses more with ``sentence``."""

    def mark(view: View) -> View:
        view.body_limit = Limit(most, sentence)  # type: ignore[attr-defined]
        return view

    return mark
