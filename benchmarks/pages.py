"""Pages asked for as staff do, over two books in turn: how long, how many queries, how many bytes."""

import gzip
import time
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from statistics import quantiles

from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import benchmarks.house  # noqa: F401  sets Django up, before anything that needs it
from borrowers.models import Borrower, BorrowerNumber, Loan
from tests import databases

ASKED = 25  # requests a page, book and round
HOST = "localhost"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the book, as a member of staff may know them."""

    ref: str
    name: str
    pinyin: str
    initials: str
    phone: str
    loan: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page of ``role``. ``ask`` fetches it for somebody and answers its bytes."""

    what: str
    role: str
    ask: Callable[[Client, Person], bytes]


def get(name: str, query: str = "") -> Callable[[Client, Person], bytes]:
    return lambda client, _person: _read(client, reverse(name) + query)


def search(typed: Callable[[Person], str]) -> Callable[[Client, Person], bytes]:
    def ask(client: Client, person: Person) -> bytes:
        answer = client.post(reverse("search"), {"q": typed(person)}, follow=True)
        assert answer.status_code == 200, answer.status_code
        return bytes(answer.content)

    return ask


def _read(client: Client, address: str) -> bytes:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return bytes(answer.content)


PAGES = [
    Page(
        "borrower",
        "supervisor",
        lambda client, person: _read(client, reverse("borrower", args=[person.ref])),
    ),
    Page("queue", "supervisor", get("queue")),
    Page("queue, page 20", "supervisor", get("queue", "?page=20")),
    Page("queue, due soon first", "supervisor", get("queue", "?sort=soon")),
    Page("queue, largest first", "supervisor", get("queue", "?sort=amount")),
    Page("queue, one bucket", "supervisor", get("queue", "?bucket=M2")),
    Page("queue, one product", "supervisor", get("queue", "?product=credit_card")),
    Page("queue, nobody's", "supervisor", get("queue", "?owner=-1")),
    Page("queue, amounts", "supervisor", get("queue", "?least=2000&most=2100")),
    Page("queue, new reply", "supervisor", get("queue", "?reply=new")),
    Page("queue, bad number", "supervisor", get("queue", "?number=bad")),
    Page("queue of a collector", "collector", get("queue")),
    Page("people of a collector", "collector", get("borrowers")),
    Page("search, last four digits", "supervisor", search(lambda one: one.phone[-4:])),
    Page("search, whole number", "supervisor", search(lambda one: one.phone)),
    Page("search, name", "supervisor", search(lambda one: one.name)),
    Page("search, pinyin", "supervisor", search(lambda one: one.pinyin)),
    Page("search, initials", "supervisor", search(lambda one: one.initials)),
    Page("search, customer number", "supervisor", search(lambda one: one.ref)),
    Page("search, loan number", "supervisor", search(lambda one: one.loan)),
    Page("search, number's beginning", "supervisor", search(lambda one: one.loan[:3])),
    Page("search, end of a name", "supervisor", search(lambda one: one.name[1:])),
    Page("search, end in pinyin", "supervisor", search(lambda one: one.pinyin[-4:])),
    Page("search, nobody", "supervisor", search(lambda _one: "qqqq")),
    Page("today", "supervisor", get("today")),
]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page took of a book: the 95th percentile in ms, most queries, most bytes packed."""

    p95: float
    queries: int
    packed: int


def sample(people: int) -> list[Person]:
    """As many of the book's people as a round asks for, the same in every run."""
    dice = Random(7)
    refs = {f"C{dice.randint(1, people):07d}" for _ in range(4 * ASKED)}
    chosen = Borrower.objects.filter(borrower_ref__in=sorted(refs)[:ASKED])
    numbers = BorrowerNumber.objects.filter(borrower__in=chosen).select_related("contact_point")
    phones = {one.borrower_id: one.contact_point.phone for one in numbers}
    loans = {one.borrower_id: one.loan_ref for one in Loan.objects.filter(borrower__in=chosen)}
    return [
        Person(
            one.borrower_ref,
            one.full_name,
            one.name_pinyin,
            one.name_initials,
            phones[one.pk],
            loans[one.pk],
        )
        for one in chosen
        if one.pk in loans
    ]


class Book:
    """A database with a book of so many people, and staff signed in there."""

    def __init__(self, database: str, people: int) -> None:
        self.database = database
        with databases.connected_to(database):
            self.people = sample(people)
            self.clients = {role: _signed_in(role) for role in ("supervisor", "collector")}

    def ask(self, page: Page) -> Asked:
        """Fetch a page once for each of the sample, after five times to warm up and to count."""
        client, packed, queries, times = self.clients[page.role], 0, 0, []
        with databases.connected_to(self.database):
            for person in self.people[:5]:
                with CaptureQueriesContext(connection) as caught:
                    packed = max(packed, len(gzip.compress(page.ask(client, person))))
                queries = max(queries, len(caught))
            for person in self.people:
                started = time.perf_counter()
                page.ask(client, person)
                times.append(1000 * (time.perf_counter() - started))
        return Asked(quantiles(times, n=20)[-1], queries, packed)


def _signed_in(role: str) -> Client:
    client = Client(SERVER_NAME=HOST)
    user = get_user_model().objects.get(username=role)
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client
