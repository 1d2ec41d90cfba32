"""Whatever a lender calls its customers, each has a page and every list leads there."""

from datetime import timedelta

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from collections_site.lib.converters import Ref
from tests import cast
from tests.visits import body, signed_in

REFS = ["2024/001", "..", ".", "~1", "A~/B", "50%2F1", "a?b#c", "李-7", "a b", "/"]


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=40))
def test_an_address_names_one_ref_and_holds_no_slash(ref: str) -> None:
    said = Ref().to_url(ref)
    assert "/" not in said
    assert said not in {".", ".."}
    assert Ref().to_python(said) == ref


@pytest.mark.django_db
@pytest.mark.parametrize("ref", REFS)
def test_a_person_of_any_ref_is_listed_and_opened(ref: str) -> None:
    cast.the_house()
    cast.a_loan(cast.a_borrower(ref), due_on=cast.TODAY - timedelta(days=9))
    address = reverse("borrower", args=[ref])
    client = signed_in("supervisor")
    assert f'href="{address}"' in body(client, "/queue/")
    page = client.get(address)
    assert page.status_code == 200
    assert page.context["borrower"].borrower_ref == ref
