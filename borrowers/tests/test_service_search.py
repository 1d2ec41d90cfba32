"""Staff find people by what they have at hand, and only those they may see."""

import pytest

from borrowers.models import Borrower
from borrowers.services import assignments, names, search
from collections_site.audit.models import Event
from collections_site.lib.decision import NotAllowed
from tests.cast import a_borrower, a_loan, a_number, a_user

pytestmark = pytest.mark.django_db


def named(name: str, ref: str, phone: str) -> Borrower:
    pinyin, initials = names.spell(name)
    return a_borrower(
        ref,
        number=a_number(phone),
        full_name=name,
        name_pinyin=pinyin,
        name_initials=initials,
    )


@pytest.fixture
def people() -> dict[str, Borrower]:
    found = {
        "wang": named("王小明", "C-10021", "+8613800130421"),
        "zeng": named("曾国强", "C-10022", "+8613900139000"),
        "ana": named("Ana Silva", "C-20001", "+447400123456"),
    }
    a_loan(found["zeng"], loan_ref="K-0000077")
    return found


@pytest.mark.parametrize(
    ("query", "who"),
    [
        ("0421", "wang"),
        ("+86 138-0013-0421", "wang"),
        ("13800130421", "wang"),
        ("0086 138 0013 0421", "wang"),
        ("＋８６１３８００１３０４２１", "wang"),
        ("07400 123456", "ana"),
        ("王小", "wang"),
        ("小明", "wang"),
        ("xiaoming", "wang"),
        ("wangxiao", "wang"),
        ("wang xiaoming", "wang"),
        ("WXM", "wang"),
        ("zgq", "zeng"),
        ("zengguo", "zeng"),
        ("ana s", "ana"),
        ("silva", "ana"),
        ("c-10022", "zeng"),
        ("K-0000077", "zeng"),
        ("k-00000", "zeng"),
    ],
)
def test_a_person_is_found_by(query: str, who: str, people: dict[str, Borrower]) -> None:
    found = search.find(query, user=a_user(role="supervisor"))
    assert [person.pk for person in found.people] == [people[who].pk]
    assert not found.too_many


@pytest.mark.parametrize("query", ["", " ", "王", "9999", "13800130422", "12345", "李", "%%", "__"])
def test_nobody_is_found_by(query: str, people: dict[str, Borrower]) -> None:
    assert search.find(query, user=a_user(role="supervisor")).people == ()


def test_too_many_is_said_and_the_first_are_shown(people: dict[str, Borrower]) -> None:
    found = search.find("C-", user=a_user(role="supervisor"), limit=2)
    assert (len(found.people), found.too_many) == (2, True)


def test_a_collector_finds_only_people_in_their_care(people: dict[str, Borrower]) -> None:
    collector, boss = a_user(role="collector"), a_user(role="supervisor")
    assert search.find("0421", user=collector).people == ()
    assert assignments.assign([people["wang"], people["ana"]], collector, by=boss) == 2
    assert search.find("0421", user=collector).people == (people["wang"],)


def test_a_person_has_one_collector_and_a_move_is_recorded(people: dict[str, Borrower]) -> None:
    first, second, boss = a_user(), a_user(), a_user(role="supervisor")
    assignments.assign(people.values(), first, by=boss)
    assert assignments.assign([people["wang"]], second, by=boss) == 1
    assert assignments.assign([people["wang"]], second, by=boss) == 0
    live = people["wang"].assignments.filter(ended_at=None)
    assert [row.collector for row in live] == [second]
    assert Event.objects.filter(verb="assignment.changed").count() == 2


def test_a_collector_deals_out_nobody_and_an_administrator_receives_nobody(
    people: dict[str, Borrower],
) -> None:
    with pytest.raises(NotAllowed):
        assignments.assign([people["wang"]], a_user(), by=a_user())
    with pytest.raises(NotAllowed):
        assignments.assign(
            [people["wang"]], a_user(role="administrator"), by=a_user(role="supervisor")
        )
