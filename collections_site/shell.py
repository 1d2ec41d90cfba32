"""What every page shows around its content: who, where, whether sending is on, what waits."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Count, Exists, IntegerField, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from borrowers.models import Borrower, ImportBatch
from borrowers.services import second_person
from collections_site.lib import clock
from collections_site.models import SiteClock
from messaging.models import Reply, SendingStop, Wording
from messaging.states import WordingState

THEMES = ["auto", "light", "dark"]
ROLE_NAMES = {
    "collector": _("Collector"),
    "supervisor": _("Supervisor"),
    "compliance": _("Compliance reviewer"),
    "auditor": _("Auditor"),
    "administrator": _("Administrator"),
}
NOTICEABLE = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the sidebar: its URL name, word, permission, count and the key after ``g``."""

    name: str
    word: str | Promise
    permission: str = ""
    count: str = ""
    key: str = ""


# A page that is not routed (the phones in production) has no entry.
ENTRIES = [
    Entry("today", _("Today"), key="t"),
    Entry("queue", _("Queue"), "borrowers.view_queue", key="q"),
    Entry("inbox", _("Replies"), "messaging.view_reply", "replies_waiting", "r"),
    Entry("borrowers", _("Borrowers"), "borrowers.view_borrower", key="b"),
    Entry("lifts", _("Lifts"), "borrowers.approve_lift", "lifts_to_decide", "l"),
    Entry("imports", _("Imports"), "borrowers.view_importbatch", "imports_to_release", "i"),
    Entry("wordings", _("Wording"), "messaging.view_wording", "wordings_waiting", "w"),
    Entry("dispatch", _("Sending"), "messaging.view_sending", key="s"),
    Entry("roll-rates", _("Roll rates"), "borrowers.view_all_borrowers", key="o"),
    Entry("handset", _("Phones"), "messaging.view_reply", key="p"),
]


def shell(request: HttpRequest) -> dict[str, Any]:
    """The context of ``base.html``; asks the database only when a page is drawn by it."""
    found: dict[str, Any] = {
        "version": version(),
        "theme": _cookie(request, "theme", THEMES),
        "shortcuts": _cookie(request, "shortcuts", ["on", "off"]),
    }
    user = getattr(request, "user", None)
    if isinstance(user, User) and user.is_active:
        state = SimpleLazyObject(lambda: _state(user))
        found["sending"] = state
        found["navigation"] = SimpleLazyObject(lambda: list(_navigation(request, user, state)))
        found["role"] = SimpleLazyObject(lambda: _role(user))
    return found


@cache
def version() -> str:
    """The newest version that CHANGELOG.md names."""
    text = (settings.BASE_DIR / "CHANGELOG.md").read_text(encoding="utf-8")
    found = re.search(r"^## (\d+\.\d+\.\d+)", text, re.MULTILINE)
    return found[1] if found else ""


def _state(user: User) -> dict[str, Any]:
    """Sending, counts, clock and age of the data, in one query."""
    live = SendingStop.objects.filter(resumed_at=None)
    row = (
        SiteClock.objects.annotate(
            stopped=Exists(live.filter(scope="all")),
            narrowed=Exists(live.exclude(scope="all")),
            data_as_of=Subquery(
                ImportBatch.objects.order_by("-data_as_of").values("data_as_of")[:1]
            ),
            replies_waiting=_count(_replies(user)),
            wordings_waiting=_count(_wordings(user)),
            lifts_to_decide=_count(second_person.lifts_to_decide(user)),
            imports_to_release=_count(second_person.imports_to_release(user)),
        )
        .values()
        .get()
    )
    shifted = abs(row["shift"]) > NOTICEABLE and not settings.PRODUCTION
    return {**row, "on": not row["stopped"], "clock": clock.now() if shifted else None}


def _replies(user: User) -> "QuerySet[Reply]":
    """Those nobody has closed, from people this member of staff looks after."""
    waiting = Reply.objects.filter(handled_at=None)
    if user.has_perm("borrowers.view_all_borrowers"):
        return waiting
    return waiting.filter(borrower__in=Borrower.objects.visible_to(user))


def _wordings(user: User) -> "QuerySet[Wording]":
    """Those this member of staff may decide: submitted, and not their own."""
    if not user.has_perm("messaging.approve_wording"):
        return Wording.objects.none()
    return Wording.objects.filter(state=WordingState.SUBMITTED).exclude(author=user)


def _count(rows: "QuerySet[Any]") -> Coalesce:
    counted = (
        rows.order_by().annotate(one=Value(1)).values("one").annotate(n=Count("pk", distinct=True))
    )
    return Coalesce(Subquery(counted.values("n"), output_field=IntegerField()), 0)


def _navigation(request: HttpRequest, user: User, state: Any) -> Iterator[dict[str, Any]]:
    current = ""
    entries = []
    for entry in ENTRIES:
        if entry.permission and not user.has_perm(entry.permission):
            continue
        try:
            url = reverse(entry.name)
        except NoReverseMatch:
            continue
        if request.path.startswith(url) and len(url) > len(current):
            current = url
        entries.append((entry, url))
    for entry, url in entries:
        yield {
            "word": entry.word,
            "url": url,
            "count": state[entry.count] if entry.count else 0,
            "current": url == current and (url != "/" or request.path == "/"),
            "key": entry.key,
        }


def _role(user: User) -> str | Promise:
    name = user.groups.order_by("name").values_list("name", flat=True).first() or ""
    return ROLE_NAMES.get(name, name)


def _cookie(request: HttpRequest, name: str, allowed: list[str]) -> str:
    value = request.COOKIES.get(name, "")
    return value if value in allowed else allowed[0]
