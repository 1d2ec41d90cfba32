"""What nobody should type, at every address, filter and form: answered in plain words, never by a crash."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from pytest_django.fixtures import Settings

from borrowers.models import Loan, QueueSnapshot
from tests import cast
from tests.furnished import a_furnished_house
from tests.test_permissions import undone

NASTY = [
    "a\x00b",
    "\ud800",  # half a character: three bytes that are no UTF-8
    "１２",
    "9" * 19,  # more than any key
    "9" * 5000,  # more than int() reads
    "' OR 1=1; --<script>alert(1)</script>%s%(x)s{0}../..",
]
TYPED = [
    *NASTY,
    "-1",
    "1e999999",
    "0001-01-01",
    "9999-12-31",
    "9999-12-31T23:59",
    "x" * 5000,
]

EACH = 3  # a field of a form gets one in so many of them, the next field the next

# What a part of an address is in the furnished house, where it is not nasty.
PARTS = {
    "borrower_ref": "{mine}",
    "code": "T-047",
    "version": "{version}",
    "number": "{version}",
    "before": "1",
    "after": "{version}",
    "provider": "gateway",
    "attempt_id": "{message_mine}",
}
# Every parameter that a page reads from its address.
FILTERS = {
    "/borrowers/": ["found", "page"],
    "/borrowers/{mine}/": ["show", "page", "found", "mine", "list", "at"],
    "/borrowers/{mine}/promise/": ["due_on"],
    "/borrowers/{mine}/plan/": ["until"],
    "/borrowers/{mine}/pause/": ["until"],
    "/borrowers/{mine}/call/": ["number"],
    "/borrowers/{mine}/wrong-number/": ["number"],
    "/borrowers/{mine}/verified/": ["number"],
    "/borrowers/{mine}/consent/": ["number"],
    "/borrowers/{mine}/loan-hold/": ["loan"],
    "/borrowers/{mine}/remind/": ["wording"],
    "/lifts/": ["page"],
    "/imports/": ["waiting", "page"],
    "/imports/batches/{batch}/": ["page"],
    "/imports/{upload}/repair/": ["page"],
    "/queue/": [
        "bucket",
        "can",
        "promise",
        "quiet",
        "product",
        "owner",
        "least",
        "most",
        "sort",
        "page",
    ],
    "/queue/views/counts/": ["query"],
    "/dispatch/": ["updates"],
    "/dispatch/stop/": ["scope", "provider", "strategy", "run"],
    "/dispatch/runs/{run}/": ["page"],
    "/dispatch/reminders/": ["day", "since", "run", "state", "outcome", "reason", "page"],
    "/dispatch/escaped/": ["page"],
    "/inbox/": ["show", "page"],
    "/templates/": ["q", "stage", "language", "status", "channel", "page"],
    "/templates/T-047/new/": ["starter", "from"],
    "/templates/T-047/compare/": ["before", "after"],
    "/templates/T-047/compare/v1...v{version}/": ["show"],
    "/templates/T-047/v{version}/review/": ["with", "show"],
    "/outcomes/roll-rates/": ["month"],
    "/outcomes/roll-rates/loans/": ["month", "from", "to"],
    "/signin/": ["next"],
}
# What forms and buttons send; the other fields as somebody would fill them.
FORMS: dict[str, dict[str, str]] = {
    "/search/": {"q": ""},
    "/queue/freeze/": {"choose": "ticked", "person": "", "query": ""},
    "/queue/walk/": {"open": "", "query": ""},
    "/queue/views/save/": {"name": "n", "query": "bucket=M2"},
    "/queue/views/{view}/": {"name": "n"},
    "/queue/lists/{frozen}/pause/": {"until": ""},
    "/queue/lists/{frozen}/assign/": {"collector": ""},
    "/borrowers/{mine}/promise/": {"amount": "1", "due_on": "2026-11-30", "currency": "CNY"},
    "/borrowers/{mine}/plan/": {"until": "2026-11-30", "text": ""},
    "/borrowers/{mine}/call/": {"number": "", "at": "2026-11-24T10:00", "outcome": "reached"},
    "/borrowers/{mine}/consent/": {"said": "given", "number": "", "at": "2026-11-24T10:00"},
    "/borrowers/{mine}/loan-hold/": {"loan": "", "kind": "paid", "text": ""},
    "/borrowers/{mine}/hold/": {"kind": "dispute", "text": ""},
    "/borrowers/{mine}/note/": {"text": ""},
    "/borrowers/{mine}/care/": {"collector": ""},
    "/borrowers/{mine}/reveal/": {"what": "name", "reason": ""},
    "/borrowers/{mine}/remind/": {"token": ""},
    "/borrowers/{held}/holds/{proposed}/decline/": {"reason": "x"},
    "/dispatch/stop/": {"scope": "run", "run": "", "reason": "other", "note": ""},
    "/dispatch/resume/{stop}/propose/": {"checked": ""},
    "/templates/new/": {"purpose": "before_due", "product": "", "name_zh": "x", "name_en": "x"},
    "/templates/T-047/new/": {"language": "", "text": "", "signature": "", "last_day": ""},
    "/templates/T-047/check/": {"language": "", "text": "", "jurisdictions": ""},
    "/templates/T-047/keep/": {"draft": "", "text": "", "language": "", "answer-x": ""},
    "/templates/T-047/discard/": {"draft": ""},
    "/templates/T-047/v{version}/submit/": {"fingerprint": ""},
    "/templates/T-047/v{version}/registration/gateway/": {"state": "", "checked_on": ""},
    "/signin/": {"username": "", "password": "", "next": ""},
    "/language/": {"language": "", "next": ""},
    "/preferences/": {"theme": "", "next": ""},
}
FORM = "application/x-www-form-urlencoded"
REVIEWED = ("/lifts/", "/decline/", "/review/")
Ask = Callable[[], Any]  # an answer of the test client


def reader(page: str) -> str:
    """Whose page it is."""
    return "compliance" if page.endswith(REVIEWED) else "supervisor"


def routes(resolver: URLResolver | None = None, prefix: str = "/") -> Iterator[tuple[str, str]]:
    """Every route as it is written, and who opens it; the read-only admin left out."""
    for entry in (resolver or get_resolver()).url_patterns:
        here = f"{prefix}{entry.pattern}"
        if isinstance(entry, URLPattern):
            asked = getattr(entry.callback, "required_permission", None) or ""
            yield here, "compliance" if ".approve_" in asked else "supervisor"
        elif entry.namespace != "admin":
            yield from routes(entry, here)


def encoded(value: str) -> str:
    return quote(value, safe="", errors="surrogatepass")


def filled(route: str, nasty_at: int, nasty: str, behind: dict[str, object]) -> str:
    """The address of a route: one of its parts nasty, the others of the house."""
    address = ""
    for place, piece in enumerate(route.split("<")):
        name, closed, rest = piece.partition(">")
        if not closed:
            address += piece
            continue
        usual = PARTS.get(name.rpartition(":")[2], "1").format(**behind)
        address += (encoded(nasty) if place == nasty_at else usual) + rest
    return address


def broken(asked: Iterator[tuple[str, Ask]]) -> list[str]:
    """What was answered by a crash, each with what went wrong."""
    found = []
    for name, ask in asked:
        try:
            with undone():
                status = ask().status_code
        except Exception as error:  # noqa: BLE001  told to the test
            found.append(f"{name}: {error!r:.160}")
        else:
            if status == 500:
                found.append(name)
    return found


def shown(address: str) -> str:
    return address if len(address) < 90 else f"{address[:90]}… ({len(address)})"


@pytest.fixture
def house(settings: Settings) -> tuple[dict[str, object], dict[str, Client]]:
    settings.HANDSET_PORT = 1
    return a_furnished_house()


@pytest.mark.django_db
def test_no_address_breaks_a_page(house: tuple[dict[str, object], dict[str, Client]]) -> None:
    behind, browsers = house

    def asked() -> Iterator[tuple[str, Ask]]:
        for route, role in routes():
            for place in range(1, route.count("<") + 1):
                for nasty in NASTY:
                    address = filled(route, place, nasty, behind)
                    for ask in (browsers[role].get, browsers[role].post):
                        yield shown(address), partial(ask, address)

    assert broken(asked()) == []


@pytest.mark.django_db
def test_no_filter_breaks_a_list(house: tuple[dict[str, object], dict[str, Client]]) -> None:
    behind, browsers = house

    def asked() -> Iterator[tuple[str, Ask]]:
        for page, names in FILTERS.items():
            for nasty in TYPED:
                said = "&".join(f"{name}={encoded(nasty)}" for name in names)
                address = f"{page.format(**behind)}?{said}"
                yield shown(address), partial(browsers[reader(page)].get, address)

    assert broken(asked()) == []


@pytest.mark.django_db
def test_no_form_breaks_a_page(house: tuple[dict[str, object], dict[str, Client]]) -> None:
    behind, browsers = house

    def asked() -> Iterator[tuple[str, Ask]]:
        for page, usual in FORMS.items():
            address = page.format(**behind)
            for at, name in enumerate(usual):
                for nasty in TYPED[at % EACH :: EACH]:
                    fields = {one: encoded(said) for one, said in usual.items()}
                    fields[name] = encoded(nasty)
                    told = "&".join("=".join(one) for one in fields.items())
                    post = partial(browsers[reader(page)].post, address, told)
                    yield f"{address} {name}={nasty[:30]!r}", partial(post, content_type=FORM)

    assert broken(asked()) == []


ZEROS = "０" * 40  # nine characters each in an address


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("sort=late&least=0", "least=0&sort=late"),
        (f"least=0&most={ZEROS}9", "least=0"),
        (f"least={ZEROS}&sort=soon", ""),
    ],
)
@pytest.mark.parametrize("page", ["/queue/walk/", "/queue/freeze/"])
def test_of_filters_too_long_to_keep_whole_parameters_are_kept(
    house: tuple[dict[str, object], dict[str, Client]], page: str, query: str, kept: str
) -> None:
    _behind, browsers = house
    Loan.objects.update(overdue_amount=1, overdue_since=cast.TODAY - timedelta(days=9), version=9)

    drawn = browsers["supervisor"].get("/queue/").context["all_listed"]
    answer = browsers["supervisor"].post(page, {"query": query, "choose": "all", "all": drawn})

    assert answer.status_code == 302
    assert QueueSnapshot.objects.latest("pk").query == kept
