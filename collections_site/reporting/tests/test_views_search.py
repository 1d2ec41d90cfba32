"""The search box: an exact number opens its page, words list people, and no address says who."""

import pytest

from borrowers.models import Borrower
from borrowers.services import assignments, names
from messaging.models import Decision, Run
from messaging.services import planning
from tests import cast
from tests.visits import signed_in

pytestmark = pytest.mark.django_db


def named(name: str, ref: str = "", phone: str = "") -> Borrower:
    pinyin, initials = names.spell(name)
    number = cast.a_number(phone) if phone else None
    return cast.a_borrower(
        ref, number=number, full_name=name, name_pinyin=pinyin, name_initials=initials
    )


def test_what_is_named_exactly_is_opened() -> None:
    cast.the_house()
    person = named("王芳", "C-20931")
    cast.a_loan(person, loan_ref="K-77")
    planning.plan()
    run, decision = Run.objects.get(), Decision.objects.get()
    client = signed_in()

    def leads_to(query: str) -> str:
        return client.post("/search/", {"q": query}).headers["Location"]

    assert leads_to("C-20931") == leads_to("c-20931 ") == leads_to("K-77") == "/borrowers/C-20931/"
    assert leads_to(f"#{run.pk}") == f"/dispatch/runs/{run.pk}/"
    assert leads_to(f"D-{decision.pk}") == f"/evidence/decisions/{decision.pk}/"
    assert leads_to("t-047") == "/templates/T-047/"


def test_a_chinese_keyboard_means_the_same() -> None:
    cast.the_house()
    person = named("王芳", "C-20931")
    cast.a_loan(person)
    planning.plan()
    wide = {ord("0") + n: chr(ord("０") + n) for n in range(10)} | {ord("-"): "－", ord("#"): "＃"}
    client = signed_in()

    for query, address in [
        (f"#{Run.objects.get().pk}", f"/dispatch/runs/{Run.objects.get().pk}/"),
        (f"D-{Decision.objects.get().pk}", f"/evidence/decisions/{Decision.objects.get().pk}/"),
        ("T-047", "/templates/T-047/"),
        ("C-20931", "/borrowers/C-20931/"),
    ]:
        typed = query.translate(wide)
        assert typed != query
        assert client.post("/search/", {"q": typed})["Location"] == address
    assert client.post("/search/", {"q": "C-2\x000931"})["Location"] == "/borrowers/C-20931/"
    arabic = str(Run.objects.get().pk).translate({ord("0") + n: 0x660 + n for n in range(10)})
    assert "found" in client.post("/search/", {"q": f"#{arabic}"})["Location"]


def test_the_only_one_found_is_opened() -> None:
    named("欧阳娜娜", "C-1", "+8613800000421")
    named("王芳", "C-2", "+8613800007710")

    assert signed_in().post("/search/", {"q": "0421"}).headers["Location"] == "/borrowers/C-1/"
    assert signed_in().post("/search/", {"q": "oynn"}).headers["Location"] == "/borrowers/C-1/"


def test_several_are_listed_without_the_words_in_the_address() -> None:
    named("王芳", "C-1"), named("王芳菲", "C-2")
    client = signed_in()

    response = client.post("/search/", {"q": "王芳"}, follow=True)

    address, _ = response.redirect_chain[0]
    assert "王" not in address
    assert "%E7" not in address
    text = response.content.decode()
    assert "2 people" in text
    assert "C-1" in text
    assert client.get(address).status_code == 200  # Back and reload work
    assert "王芳" in client.get("/borrowers/").content.decode()  # searched for last


def test_a_collector_finds_their_own_people_only() -> None:
    mine, _other = named("王芳", "C-1"), named("王芳菲", "C-2")
    collector = cast.a_user()
    assignments.assign([mine], collector, by=None)
    client = signed_in(user=collector)

    assert client.post("/search/", {"q": "王芳"}).headers["Location"] == "/borrowers/C-1/"
    assert "found" in client.post("/search/", {"q": "C-2"}).headers["Location"]


def test_nobody_found_says_how_people_are_found() -> None:
    text = signed_in().post("/search/", {"q": "9999"}, follow=True).content.decode()

    assert "Nobody is found by this." in text


def test_nothing_typed_leads_to_the_people() -> None:
    assert signed_in().post("/search/", {"q": "  "}).headers["Location"] == "/borrowers/"


def test_a_look_at_the_list_changes_nothing_and_a_search_needs_a_post() -> None:
    assert signed_in().get("/search/").status_code == 405
