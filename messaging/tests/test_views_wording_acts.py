"""Every act on a wording through its page, from every state, by its author and others of every role."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import transaction
from django.test import Client

from messaging.models import Wording
from messaging.tests.test_service_wording_table import BY as SERVICE_BY
from messaging.tests.test_service_wording_table import (
    FROM,
    NEW,
    STATES,
    WRITERS,
    a_version,
    actors,
    as_it_stands,
)
from tests import cast
from tests.visits import signed_in

pytestmark = pytest.mark.django_db

# The page of an author is for those who write; the service lets any author take a text back.
BY = {**SERVICE_BY, "withdraw": (WRITERS, set())}
PAGES = {
    "edit": "edit/",
    "submit": "submit/",
    "withdraw": "withdraw/",
    "approve": "decide/",
    "reject": "decide/",
    "make_live": "live/",
    "retire": "retire/",
}


def typed(act: str, row: Wording) -> dict[str, str]:
    """What the page of an act sends."""
    seen = {"fingerprint": row.fingerprint}
    return {
        "edit": {
            "language": "zh-hans",
            "jurisdictions": "CN",
            "signature": "【云杉消金】",
            "text": NEW,
            "reason": "更温和",
        },
        "approve": {**seen, "decision": "approve", "kind": "on", "private": "on"},
        "reject": {**seen, "decision": "reject", "reason": "tone", "comment": "Kinder"},
        "make_live": seen,
    }.get(act, {})


@pytest.mark.parametrize("act", PAGES)
@pytest.mark.parametrize("state", STATES)
def test_a_page_does_an_act_from_its_states_for_its_people_and_otherwise_says_no(
    act: str, state: str
) -> None:
    cast.the_house()
    row = a_version(state)
    before = as_it_stands(row)
    froms, after = FROM[act]
    authors, others = BY[act]
    address = f"/templates/{row.template.code}/v{row.version}/{PAGES[act]}"

    for is_author, role, person in actors(row):
        person.groups.set([Group.objects.get(name=role)])
        case: tuple[Any, ...] = (act, state, role, is_author)
        done = role in (authors if is_author else others) and state in froms
        with transaction.atomic():
            answer = signed_in(user=person).post(address, typed(act, row))
            if done:
                assert answer.status_code == 302, case
                assert as_it_stands(row)["state"] == after, case
            else:
                turned_away = act == "edit" and answer.status_code == 302
                assert turned_away or answer.status_code in (403, 409), (case, answer.status_code)
                assert as_it_stands(row) == before, case
            transaction.set_rollback(True)


def review(row: Wording) -> str:
    return f"/templates/{row.template.code}/v{row.version}/review/"


def decide(client: Client, row: Wording, **more: str) -> Any:
    return client.post(
        f"/templates/{row.template.code}/v{row.version}/decide/", {**typed("approve", row), **more}
    )


def test_the_second_of_two_reviewers_reads_who_decided_and_keeps_the_comment() -> None:
    cast.the_house()
    row = a_version("submitted")
    first = cast.a_user(role="compliance", first_name="何平")
    decide(signed_in(user=first), row)

    late = decide(signed_in("compliance"), row, comment="looks kind")

    assert late.status_code == 409
    page = late.content.decode()
    assert "何平 approved it" in page
    assert "looks kind" in page
    assert "Nothing was changed by what you just did." in page


def test_an_old_tab_is_told_of_a_withdrawal_and_of_a_text_that_changed() -> None:
    cast.the_house()
    row = a_version("submitted")
    author = signed_in(user=row.author)
    reviewer = signed_in("compliance")
    author.post(f"/templates/{row.template.code}/v{row.version}/withdraw/")

    gone = decide(reviewer, row)
    assert gone.status_code == 409
    assert "It is a draft again" in gone.content.decode()

    changed = {**typed("edit", row), "then": "submit"}
    author.post(f"/templates/{row.template.code}/v{row.version}/edit/", changed)
    other = decide(reviewer, row)
    assert other.status_code == 409
    assert "these are not the words you read" in other.content.decode()
    assert review(row) in other.content.decode()
    row.refresh_from_db()
    assert row.state == "submitted"


def test_a_page_that_is_late_names_the_version_that_came_after() -> None:
    cast.the_house()
    row = a_version("replaced")
    late = decide(signed_in("compliance"), row)
    assert late.status_code == 409
    assert f"Open v{row.version + 1}, which came after" in late.content.decode()


def test_an_author_who_approves_reads_who_may() -> None:
    cast.the_house()
    cast.a_user(role="compliance", first_name="何平")
    row = cast.a_wording(state="submitted", author=cast.a_user(role="compliance"))
    answer = decide(signed_in(user=row.author), row)
    assert answer.status_code == 403
    assert "Waiting for: " in answer.content.decode()
    assert "何平" in answer.content.decode()


def test_retiring_asks_first_and_says_what_it_does() -> None:
    cast.the_house()
    row = a_version("approved")
    client = signed_in("supervisor")
    address = f"/templates/{row.template.code}/v{row.version}/retire/"
    page = client.get(address).content.decode()
    assert "no text leaves with these words" in page
    row.refresh_from_db()
    assert row.state == "approved"
    client.post(address)
    row.refresh_from_db()
    assert row.state == "retired"
