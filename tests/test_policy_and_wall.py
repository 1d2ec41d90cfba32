"""The policy in Python and the walls in SQL read the same limits, and must never disagree."""

import json
import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction

from borrowers.models import Consent
from collections_site.database.owner import as_owner
from collections_site.lib import clock
from messaging import ways as batch_ways
from messaging.policies import contact
from messaging.policies import wording as wording_policy
from messaging.policies.candidate import ContactFact, Facts
from messaging.services import verdicts
from tests import cast
from tests.walls.attacks import submit

ZONES = [
    "Asia/Shanghai",
    "Europe/London",
    "America/New_York",
    "America/Los_Angeles",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
]
PLACES = ["CN", "GB", "IN", "US", "US-NY", "US-NY-NYC", "US-MA", "US-CA", "US-WA", "US-FL", "US-DC"]
CAPS = {"cap_day", "cap_week", "cap", "spacing"}


def some(rng: random.Random, of: list[str]) -> list[str]:
    return sorted(rng.sample(of, rng.choice([1, 1, 1, 2, 3])))


def a_moment(rng: random.Random) -> datetime:
    """Any second of two years; often on an hour, where windows begin and end, or near a change of clocks."""
    start = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(seconds=rng.randrange(2 * 365 * 86400))
    if rng.random() < 0.5:
        start = start.replace(minute=rng.choice([0, 30]), second=0) - timedelta(
            seconds=rng.choice([0, 1])
        )
    return start


@pytest.mark.django_db
@pytest.mark.parametrize("party", ["first", "third"])
def test_hours_agree_at_every_moment(party: str) -> None:
    cast.the_lender(party=party)
    rulebook = batch_ways.load(clock.now()).rulebook
    rng = random.Random(f"hours {party}")
    cases = [(some(rng, ZONES), some(rng, PLACES), a_moment(rng)) for _ in range(3000)]

    with connection.cursor() as cursor:
        for zones, places, at in cases:
            cursor.execute("SELECT outside_hours(%s, %s, %s)", [zones, places, at])
            assert cursor.fetchone()[0] == bool(rulebook.open_at(at, zones, places)), (
                zones,
                places,
                at,
            )


def facts(
    person: int,
    number: int,
    loan: int,
    zones: list[str],
    places: list[str],
    history: list[ContactFact],
) -> Facts:
    return Facts(
        person, loan, number, "step", -3, cast.TODAY, cast.TODAY, Decimal("1.00"), "active", cast.TODAY, None, True,
        (), "given", "own", "CN", tuple(zones), tuple(places), tuple(history), False, None, 1, "gateway", None, None,
    )  # fmt: skip


@pytest.mark.parametrize("party", ["first", "third"])
def test_caps_agree_on_every_history(own_database: str, party: str) -> None:
    """Random histories of texts and calls over a fortnight, written past the walls, judged by both."""
    cast.the_house()
    cast.the_lender(party=party)
    rng = random.Random(f"caps {party}")
    reminder = cast.a_reminder()
    people = [cast.a_borrower() for _ in range(6)]
    loans = [cast.a_loan(person) for person in people for _ in range(2)]
    numbers = [person.numbers.get().contact_point for person in people]
    sender = cast.the_senders()["gateway"]
    history = []
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE messaging_attempt DISABLE TRIGGER USER")
        cursor.execute("DROP INDEX attempt_one_live")
        for place in range(120):
            loan, number = rng.choice(loans), rng.choice(numbers)
            at = cast.NOON - timedelta(
                minutes=rng.choice([0, 720, 1440, 10080, rng.randrange(20160)])
            )
            state = rng.choice(["accepted", "accepted", "presumed_lost", "rejected", "not_sent"])
            kind = rng.choice(["step", "step", "one_off", "acknowledgement"])
            cursor.execute(
                "INSERT INTO messaging_attempt (id, reminder_id, kind, borrower_id, contact_point_id, loan_id, sender_id,"
                " provider_code, state, delivery, submitted_at, provider_id, code, parts, cost, asked)"
                " VALUES (gen_random_uuid(), %s, %s, %s, %s, %s, %s, 'gateway', %s, 'none', %s, %s, '', 1, 0, 0)",
                [
                    reminder.pk,
                    kind,
                    loan.borrower_id,
                    number.pk,
                    loan.pk,
                    sender.pk,
                    state,
                    at,
                    f"G{place}",
                ],
            )
            if kind in ("step", "one_off") and state in ("accepted", "presumed_lost"):
                history.append((at, loan, number, False))
        cursor.execute("ALTER TABLE messaging_attempt ENABLE TRIGGER USER")
    caller = cast.a_user()
    for _ in range(30):
        person, number = rng.choice(people), rng.choice(numbers)
        at = cast.NOON - timedelta(minutes=rng.choice([0, 720, 10080, rng.randrange(20160)]))
        cast.a_call(person, number, at=at, by=caller)
        history.append((at, person.loans.earliest("pk"), number, True))

    rulebook = batch_ways.load(clock.now()).rulebook
    disagreements, refusals = [], 0
    with connection.cursor() as cursor:
        for _ in range(1500):
            loan, number = rng.choice(loans), rng.choice(numbers)
            zones, places = some(rng, ZONES), some(rng, PLACES)
            at = cast.NOON + timedelta(
                minutes=rng.choice([0, 1, 720, 719, 1440, 10080, rng.randrange(10080)])
            )
            seen = [
                ContactFact(
                    when,
                    None if call else about.pk,
                    about.borrower_id == loan.borrower_id,
                    to == number,
                    call,
                )
                for when, about, to, call in history
                if about.borrower_id == loan.borrower_id or to == number
            ]
            case = facts(loan.borrower_id, number.pk, loan.pk, zones, places, seen)
            decision = contact.decide(case, rulebook, at=at)
            policy = bool(CAPS & {reason.code for reason in decision.reasons})
            cursor.execute(
                "SELECT cap_reached(%s, %s, %s, %s, %s, %s)",
                [loan.borrower_id, number.pk, loan.pk, zones, places, at],
            )
            wall = cursor.fetchone()[0] is not None
            refusals += wall
            if policy != wall:
                disagreements.append((zones, places, at, policy, wall))
    assert disagreements == []
    assert 200 < refusals < 1400  # both answers were really met


@pytest.mark.django_db
@pytest.mark.parametrize("relation", ["own", "shared", "not_own", "ended"])
@pytest.mark.parametrize("words", ["", "given", "withdrawn", "given withdrawn", "withdrawn given"])
def test_whose_number_and_what_was_agreed_to_agree(relation: str, words: str) -> None:
    cast.the_house()
    reminder = cast.a_reminder(cast.a_loan(cast.a_borrower(consent=False)))
    person = reminder.borrower
    assert person is not None
    number = person.numbers.get()
    for hour, word in enumerate(words.split()):
        at = cast.NOON - timedelta(hours=9 - hour)
        Consent.objects.create(
            borrower=person,
            contact_point=number.contact_point,
            given=word == "given",
            at=at,
            source="test",
        )
    allowed = relation in {"own", "shared"} and words.endswith("given")
    with transaction.atomic(), connection.cursor() as cursor:
        submit(reminder)
        if relation == "ended":
            person.numbers.update(till_at=clock.now())
        else:
            person.numbers.update(relation=relation)
        cursor.execute("SELECT refusal(%s, site_now())", [reminder.pk])
        wall, policy = cursor.fetchone()[0], verdicts.verdict(person).decision.answer
        transaction.set_rollback(True)  # nothing stays submitted without an attempt
    assert (wall is None, policy == "now") == (allowed, allowed)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"text": 'quotes " and \\ and / and é 你好 😀\ttab', "signature": "Spruce: "},
        {"jurisdictions": ["US", "GB", "US-NY"], "language": "en"},
        {"jurisdictions": []},
        {"expires_at": datetime(2027, 1, 31, 16, 0, 0, tzinfo=UTC)},
    ],
)
def test_the_fingerprint_is_the_same_in_both(fields: dict[str, object]) -> None:
    cast.at_noon()
    wording = cast.a_wording(**fields)  # type: ignore[arg-type]

    assert wording.fingerprint == wording_policy.fingerprint(
        text=wording.text,
        signature=wording.signature,
        language=wording.language,
        jurisdictions=wording.jurisdictions,
        channel=wording.channel,
        expires_at=wording.expires_at,
        template=wording.template.code,
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("x((contact))((contact))y", {"contact": "((contact))"}),
        ("((contact))", {"contact": "{a.__class__} %s"}),
        ("no placeholder", {}),
        ("((Name)) ((1)) ( (name))", {}),
    ],
)
def test_rendering_is_the_same_in_both_and_values_never_expand(
    text: str, values: dict[str, str]
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT render_wording(%s, %s)", [text, json.dumps(values)])
        assert cursor.fetchone()[0] == wording_policy.render("", text, values)
