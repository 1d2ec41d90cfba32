"""Templates: who makes them, under which code, and for whose loans they speak."""

from datetime import timedelta
from typing import Any

import pytest

from collections_site.audit.models import Event
from collections_site.lib import clock
from collections_site.lib.decision import NotAllowed
from messaging import ways as batch_ways
from messaging.models import MessageTemplate, Reminder, Step
from messaging.services import planning, starters, templates
from tests import cast

pytestmark = pytest.mark.django_db
NAMES = {"name_en": "Ten days late", "name_zh": "逾期十天"}


def created(role: str = "collector", **fields: Any) -> MessageTemplate:
    said = {"purpose": "early_overdue", **NAMES, **fields}
    return templates.create(by=cast.a_user(role=role), **said)


def test_codes_count_up_from_the_highest_and_leave_other_codes_alone() -> None:
    cast.at_noon()
    assert created().code == "T-001"
    cast.a_template("T-047")
    cast.a_template("OLD-99")
    assert created(product="credit_card").code == "T-048"
    event = Event.objects.filter(verb="template.created").latest("pk")
    assert event.after == {"code": "T-048", "purpose": "early_overdue", "product": "credit_card"}


@pytest.mark.parametrize("role", ["auditor", "administrator"])
def test_who_writes_no_wordings_makes_no_templates(role: str) -> None:
    with pytest.raises(NotAllowed):
        created(role)


@pytest.mark.parametrize(
    "fields", [{"purpose": "threaten"}, {"product": "casino"}, {"name_en": "  "}, {"name_zh": ""}]
)
def test_a_template_is_for_something_known_and_named_in_both_languages(
    fields: dict[str, str],
) -> None:
    with pytest.raises(NotAllowed):
        created(**fields)
    assert not MessageTemplate.objects.exists()


def test_a_step_for_one_product_withholds_from_every_other() -> None:
    """The ladder asks for the template; its words are about another kind of debt."""
    ladder = cast.the_house()
    template = cast.a_template("T-098", "before_due", "credit_card")
    cast.an_approved_wording(template)
    ladder_steps = Step.objects.filter(strategy=ladder, offset=-3)
    card, loan = cast.a_loan(product="credit_card"), cast.a_loan(product="consumer_loan")
    reminders = {one.pk: cast.a_reminder(one, template=template) for one in (card, loan)}
    assert ladder_steps.exists()

    ways = batch_ways.load(clock.now())
    chosen = {
        one.product: ways.wording_id(template.pk, "zh-hans", ("CN",), one.product)
        for one in (card, loan)
    }
    assert chosen["credit_card"] is not None
    assert chosen["consumer_loan"] is None
    assert ways.wording_id(template.pk, "zh-hans", ("CN",)) is None
    assert set(reminders) == {card.pk, loan.pk}


def test_the_planner_gives_no_wording_as_the_reason() -> None:
    cast.at_noon()
    cast.the_lender()
    cast.the_senders()
    template = cast.a_template("T-047", "before_due", "credit_card")
    cast.a_ladder()
    assert Step.objects.get(offset=-3).template == template
    card, loan = cast.a_loan(product="credit_card"), cast.a_loan(product="consumer_loan")

    planning.plan()

    assert Reminder.objects.get(loan=card).state == "scheduled"
    other = Reminder.objects.get(loan=loan)
    assert (other.state, other.reasons[0]["code"]) == ("withheld", "no_wording")


def test_a_one_off_takes_the_template_of_the_product_and_of_how_late_it_is() -> None:
    cast.at_noon()
    cast.the_lender()
    early = cast.a_template("T-003", "early_overdue")
    card = cast.a_template("T-030", "early_overdue", "credit_card")
    ways = batch_ways.load(clock.now())
    due = cast.TODAY - timedelta(days=40)
    assert ways.template_for(cast.TODAY - timedelta(days=2), cast.TODAY, "credit_card") == card.pk
    assert ways.template_for(cast.TODAY - timedelta(days=2), cast.TODAY) == early.pk
    assert ways.template_for(due, cast.TODAY, "consumer_loan") == early.pk

    late = cast.a_template("T-005", "late_overdue")
    ways = batch_ways.load(clock.now())
    assert ways.template_for(due, cast.TODAY, "credit_card") == late.pk
    assert ways.template_for(cast.TODAY - timedelta(days=29), cast.TODAY) == early.pk
    assert ways.template_for(cast.TODAY - timedelta(days=30), cast.TODAY) == late.pk
    assert ways.template_for(cast.TODAY, cast.TODAY) == 0


def test_the_gallery_answers_in_one_language_and_for_one_purpose() -> None:
    everything = starters.gallery("zh-Hans")
    assert {one.language for one in everything} == {"zh-hans"}
    assert {one.purpose for one in everything} >= {"before_due", "late_overdue"}
    late = starters.gallery("en-GB", purpose="late_overdue")
    assert {(one.code, one.language) for one in late} == {("T-005", "en")}
    assert starters.gallery("pt-br") == []
