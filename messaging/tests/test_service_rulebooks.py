"""The table of limits says what the rulebook files say, and only its owner may make it."""

from dataclasses import replace
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from collections_site.audit.models import Event
from collections_site.database.owner import as_owner
from messaging import data
from messaging.models import Limit
from messaging.policies.rulebook import RulebookError
from messaging.services import rulebooks


@pytest.mark.django_db
def test_the_serving_role_cannot_change_a_limit() -> None:
    for attack in (
        lambda: Limit.objects.update(most=99),
        lambda: Limit.objects.all().delete(),
        lambda: Limit.objects.filter(kind="cap").latest("pk").save(force_insert=True),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            attack()


def test_migrating_has_brought_every_limit_in(own_database: str) -> None:
    assert Limit.objects.count() == len(set(data.rulebook_limits()))


def test_what_agrees_is_left_alone_and_nothing_is_recorded(own_database: str) -> None:
    before, events = set(Limit.objects.values_list("pk", flat=True)), Event.objects.count()

    with as_owner():
        synced = rulebooks.sync()

    assert (synced.added, synced.removed) == (0, 0)
    assert set(Limit.objects.values_list("pk", flat=True)) == before
    assert Event.objects.count() == events


def test_a_rule_that_changed_comes_and_its_old_row_goes(
    own_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = data.rulebook_limits()
    tighter = replace(limits[0], starts_on=date(2027, 1, 1))
    monkeypatch.setattr(data, "rulebook_limits", lambda: [tighter, *limits[1:]])

    with as_owner():
        synced = rulebooks.sync()

    assert (synced.added, synced.removed) == (1, 1)
    assert Limit.objects.filter(rule=tighter.rule, starts_on=date(2027, 1, 1)).exists()
    event = Event.objects.get(verb="rulebooks.changed", after__removed=1)
    assert event.after["rules"] == [tighter.rule]


def test_a_bad_file_changes_nothing(own_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = list(Limit.objects.order_by("pk").values())

    def bad() -> list[object]:
        raise RulebookError("us.toml, rule X, field opens: a time is needed")

    monkeypatch.setattr(data, "rulebook_limits", bad)
    with pytest.raises(CommandError, match=r"us\.toml, rule X, field opens"):
        call_command("sync_rulebooks")

    assert list(Limit.objects.order_by("pk").values()) == before
