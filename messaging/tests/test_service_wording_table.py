"""Every act on a wording, from every state, by its author and others of every role.

An act is done where the table allows it; elsewhere it is refused, and nothing at all has changed.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import DatabaseError, connection, transaction

from collections_site.audit.models import Event
from collections_site.lib import clock
from collections_site.lib.decision import NotAllowed
from collections_site.lib.steps import OutOfStep
from messaging.models import Wording
from messaging.services import wordings
from messaging.services.wording_rows import Words
from tests import cast

pytestmark = pytest.mark.django_db

TEXT = cast.ZH.replace("到期。", "到期，可在APP还款。")  # with all that may be asked of it
NEW = TEXT.replace("已还请忽略", "如已还款请忽略")
WORDS = Words("zh-hans", ["CN"], "【云杉消金】", NEW)
ACTS: dict[str, Callable[[Wording, User], Wording]] = {
    "edit": lambda row, by: wordings.edit(row, WORDS, by=by),
    "submit": lambda row, by: wordings.submit(row, answers={}, by=by),
    "withdraw": lambda row, by: wordings.withdraw(row, by=by),
    "approve": lambda row, by: wordings.approve(row, by=by, fingerprint=row.fingerprint),
    "reject": lambda row, by: wordings.reject(
        row, by=by, fingerprint=row.fingerprint, reason="tone", comment="Kinder"
    ),
    "make_live": lambda row, by: wordings.make_live(row, by=by, fingerprint=row.fingerprint),
    "retire": lambda row, by: wordings.retire(row, by=by),
}
STATES = ["draft", "submitted", "approved", "replaced", "rejected", "retired", "expired"]
# From which states an act is done, and which state follows.
FROM: dict[str, tuple[set[str], str]] = {
    "edit": ({"draft"}, "draft"),
    "submit": ({"draft"}, "submitted"),
    "withdraw": ({"submitted"}, "draft"),
    "approve": ({"submitted"}, "approved"),
    "reject": ({"submitted"}, "rejected"),
    "make_live": ({"approved", "replaced"}, "approved"),
    "retire": ({"approved", "replaced"}, "retired"),
}
# Who does it: its author in these roles, and others in those.
WRITERS, ALL = (
    {"collector", "supervisor", "compliance"},
    {
        "collector",
        "supervisor",
        "compliance",
        "auditor",
        "administrator",
    },
)
BY: dict[str, tuple[set[str], set[str]]] = {
    "edit": (WRITERS, set()),
    "submit": (WRITERS, set()),
    "withdraw": (ALL, set()),
    "approve": (set(), {"compliance"}),
    "reject": (set(), {"compliance"}),
    "make_live": (set(), {"compliance"}),
    "retire": ({"supervisor", "compliance"}, {"supervisor", "compliance"}),
}


def a_version(state: str, **fields: Any) -> Wording:
    """A wording in ``state``; `replaced` is approved and no longer live."""
    fields = {"text": TEXT, "state": "draft" if state == "draft" else "submitted", **fields}
    row = cast.a_wording(**fields)
    reviewer = cast.a_user(role="compliance")
    if state == "rejected":
        wordings.reject(row, by=reviewer, reason="tone", comment="Kinder")
    elif state not in ("draft", "submitted"):
        wordings.approve(row, by=reviewer)
    if state == "replaced":
        cast.an_approved_wording_after(row)
    if state == "retired":
        wordings.retire(row, by=reviewer)
    if state == "expired":
        row.refresh_from_db()
        row.state, row.live = "expired", False
        row.save()
    return Wording.objects.select_related("author", "template").get(pk=row.pk)


def actors(row: Wording) -> list[tuple[bool, str, User]]:
    """The author and somebody else, in each role in turn."""
    other = cast.a_user()
    return [
        (person == row.author, role, person)
        for person in (row.author, other)
        for role in sorted(ALL)
    ]


def as_it_stands(row: Wording) -> dict[str, Any]:
    found = Wording.objects.filter(pk=row.pk).values().get()
    return {**found, "events": Event.objects.count()}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("state", STATES)
def test_an_act_is_done_from_its_states_by_its_people_and_otherwise_changes_nothing(
    act: str, state: str
) -> None:
    cast.at_noon()
    row = a_version(state)
    before = as_it_stands(row)
    froms, after = FROM[act]
    authors, others = BY[act]

    for is_author, role, person in actors(row):
        person.groups.set([Group.objects.get(name=role)])
        fresh = User.objects.get(pk=person.pk)  # permissions are remembered on the object
        may, stands = role in (authors if is_author else others), state in froms
        case = (act, state, role, is_author)
        with transaction.atomic():
            if may and stands:
                ACTS[act](row, fresh)
                assert as_it_stands(row)["state"] == after, case
            else:
                refusals = (NotAllowed,) if stands else (OutOfStep,)
                refusals = refusals if may or stands else (NotAllowed, OutOfStep)  # type: ignore[assignment]
                with pytest.raises(refusals):
                    ACTS[act](row, fresh)
                assert as_it_stands(row) == before, case
            transaction.set_rollback(True)


@pytest.mark.parametrize("state", STATES)
def test_only_what_is_approved_and_past_its_last_instant_expires(state: str) -> None:
    now = cast.at_noon()
    row = a_version(state, expires_at=now + timedelta(hours=1))
    before = as_it_stands(row)["state"]
    ends = state in ("approved", "replaced")

    assert wordings.expire(now + timedelta(minutes=59)) == 0
    assert wordings.expire(now + timedelta(hours=1)) == ends
    assert as_it_stands(row)["state"] == ("expired" if ends else before)


@pytest.mark.parametrize("act", ["approve", "reject", "make_live"])
def test_the_database_refuses_an_author_who_decides_whatever_code_runs(act: str) -> None:
    cast.at_noon()
    author = cast.a_user(role="compliance")  # a reviewer by role, and still not of these words
    row = a_version("replaced" if act == "make_live" else "submitted", author=author)
    step = {
        "approve": "state = 'approved', live = true",
        "reject": "state = 'rejected', rejected_for = 'tone', comment = 'Kinder'",
        "make_live": "live = true",
    }[act]

    with (
        pytest.raises(DatabaseError, match=r"reviewer_is_not_author|approved_by_another"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            f"UPDATE messaging_wording SET {step}, reviewer_id = author_id, decided_at = %s"
            " WHERE id = %s",
            [clock.now(), row.pk],
        )
