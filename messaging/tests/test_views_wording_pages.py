"""The library, a version's page, comparisons, registration, and the reviewer's page."""

from datetime import timedelta
from decimal import Decimal

import pytest
from pytest_django.fixtures import DjangoAssertNumQueries

from collections_site.lib import clock
from messaging import filling
from messaging.models import MessageTemplate, Registration, Wording
from messaging.policies import diff
from messaging.services import planning
from tests import cast
from tests.sendings import sent
from tests.visits import body, signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("asked", "shown", "hidden"),
    [
        ("q=到期", "T-800", "T-801"),
        ("q=t-801", "T-801", "T-800"),
        ("stage=reply", "T-801", "T-800"),
        ("language=en", "T-801", "T-800"),
        ("status=submitted", "T-801", "T-800"),
        ("status=live", "T-800", "T-801"),
        ("status=none", "T-801", "T-800"),
        ("status=nonsense&stage=nonsense", "T-801", "nothing-hidden"),
    ],
)
def test_the_library_is_narrowed_by_its_address(asked: str, shown: str, hidden: str) -> None:
    cast.the_lender()
    cast.an_approved_wording(cast.a_template("T-800"))
    cast.a_wording(
        cast.a_template("T-801", "reply"), state="submitted", language="en", text="Thank you"
    )
    page = body(signed_in(), f"/templates/?{asked}")
    assert shown in page
    assert hidden not in page


def test_the_library_answers_htmx_with_the_part_that_changes() -> None:
    cast.an_approved_wording(cast.a_template("T-800"))
    part = signed_in().get("/templates/?q=800", headers={"hx-request": "true"}).content.decode()
    assert "T-800" in part
    assert "<html" not in part


def test_each_empty_library_says_what_to_do() -> None:
    client = signed_in("collector")
    assert "No templates yet" in body(client, "/templates/")
    cast.a_template("T-800")
    page = body(client, "/templates/")
    assert "No text has been written yet." in page
    assert "/templates/T-800/new/" in page
    assert "No wording matches" in body(client, "/templates/?q=zzz")


def test_the_library_says_who_uses_it_and_what_became_of_it() -> None:
    cast.the_house()
    cast.a_loan()
    planning.plan()
    sent()
    line = signed_in().get("/templates/?q=T-047").context["page"].object_list[0]
    assert line.used_by == ["S-01 due-3"]
    assert (line.lines[0].results.sent, line.lines[0].results.cost) == (1, Decimal("0.0450"))
    assert (line.lines[0].typical, line.lines[0].longest) == (1, 1)


def test_the_library_costs_as_many_queries_for_many_templates_as_for_few(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    cast.the_lender()
    for number in range(12):
        cast.an_approved_wording(cast.a_template(f"T-8{number:02}"))
    client = signed_in()
    with django_assert_max_num_queries(18):
        body(client, "/templates/")


def two_versions() -> MessageTemplate:
    cast.the_house()
    template = cast.a_template("T-900")
    cast.an_approved_wording(template, text=cast.ZH)
    cast.a_wording(
        template, text=cast.ZH.replace("已还请忽略", "如已还款请忽略"), state="submitted"
    )
    cast.a_wording(template, text="Dear ((name))", language="en", jurisdictions=["GB"])
    return template


@pytest.mark.parametrize(("before", "after"), [(1, 2), (2, 1), (1, 3), (3, 3)])
def test_any_two_versions_are_compared(before: int, after: int) -> None:
    two_versions()
    address = f"/templates/T-900/compare/v{before}...v{after}/"
    page = signed_in("auditor").get(address)
    old, new = (Wording.objects.get(template__code="T-900", version=n) for n in (before, after))
    pieces = page.context["compared"].pieces
    assert pieces == diff.compare(old.signature + old.text, new.signature + new.text)
    assert page.content.decode().count("<ins>") >= sum(one.kind == "added" for one in pieces)
    assert page.content.decode().count("<del>") >= sum(one.kind == "removed" for one in pieces)
    assert signed_in("auditor").get(address + "?show=side").status_code == 200


def test_a_comparison_also_shows_language_and_places_that_changed() -> None:
    two_versions()
    page = body(signed_in(), "/templates/T-900/compare/v1...v3/")
    assert "<del>zh-Hans</del> <ins>en</ins>" in page
    assert "<del>CN</del> <ins>GB</ins>" in page


def test_the_form_leads_to_the_address_of_the_comparison() -> None:
    two_versions()
    client = signed_in()
    chosen = client.get("/templates/T-900/compare/?before=1&after=2")
    assert chosen["Location"] == "/templates/T-900/compare/v1...v2/"
    assert client.get("/templates/T-900/compare/?before=x").status_code == 302
    assert client.get("/templates/T-900/compare/v1...v77/").status_code == 404


def test_the_review_compares_with_the_live_one_first_and_with_any_other() -> None:
    two_versions()
    client = signed_in("compliance")
    assert client.get("/templates/T-900/v2/review/").context["reading"].compared.before.version == 1
    page = client.get("/templates/T-900/v2/review/?with=v3").context["reading"]
    assert (page.compared.before.version, page.live.version) == (3, 1)
    assert client.get("/templates/T-900/v2/review/?with=v77").status_code == 200


def test_the_review_shows_real_people_with_both_texts_and_the_cost_of_a_day() -> None:
    strategy = cast.the_house()
    template = strategy.steps.get(offset=-3).template
    cast.a_loan(cast.a_borrower(full_name="欧阳建国"))
    row = cast.a_wording(template, text=cast.ZH + "，多谢", state="submitted")
    page = signed_in("compliance").get(f"/templates/{template.code}/v{row.version}/review/")
    effect = page.context["reading"].effect
    shown = next(one for one in effect.people if one.sample.text)
    assert shown.sample.text.endswith("多谢")
    assert shown.before is not None
    assert filling.joined(shown.before.shown) == shown.sample.text.removesuffix("，多谢")
    assert effect.reach.before is not None
    assert "欧阳*" in page.content.decode()
    assert "欧阳建国" not in page.content.decode()


def test_a_first_version_is_shown_whole() -> None:
    cast.the_house()
    row = cast.a_wording(cast.a_template("T-900"), state="submitted")
    page = body(signed_in("compliance"), "/templates/T-900/v1/review/")
    assert "everything is new" in page
    assert row.signature + row.text in page


def test_a_text_about_the_law_is_marked_for_its_reviewer() -> None:
    cast.the_house()
    row = cast.a_wording(cast.a_template("T-900"))
    row.state, row.submitted_at, row.needs_second = "submitted", clock.now(), True
    row.save()
    assert "marked for a second approval" in body(
        signed_in("compliance"), "/templates/T-900/v1/review/"
    )


def test_from_today_a_reviewer_decides_in_four_actions() -> None:
    two_versions()
    reviewer = signed_in("compliance")
    today = reviewer.get("/").content.decode()
    address = "/templates/T-900/v2/review/"
    assert f'href="{address}"' in today  # 1: open it
    page = reviewer.get(address)
    ticked = {"kind": "on", "private": "on"}  # 2 and 3: the two ticks
    seen = page.context["form"]["fingerprint"].value()
    reviewer.post(
        "/templates/T-900/v2/decide/", {**ticked, "fingerprint": seen, "decision": "approve"}
    )  # 4: approve
    assert Wording.objects.get(template__code="T-900", version=2).live


def test_today_lists_only_what_this_reviewer_may_decide() -> None:
    cast.the_house()
    reviewer = cast.a_user(role="compliance")
    cast.a_wording(cast.a_template("T-900"), state="submitted", author=reviewer)
    assert "Waiting for your approval" not in body(signed_in(user=reviewer), "/")
    assert "Waiting for your approval" not in body(signed_in("supervisor"), "/")
    assert "Waiting for your approval" in body(signed_in("compliance"), "/")


def test_a_carrier_that_asks_for_registration_is_shown_and_its_answer_recorded() -> None:
    cast.the_house()
    provider = cast.the_senders()["gateway"].provider
    provider.requires_registration = True
    provider.save()
    row = cast.a_wording(cast.a_template("T-900"), state="submitted")
    client = signed_in("compliance")
    assert "has not registered this text" in body(client, "/templates/T-900/v1/review/")
    address = "/templates/T-900/v1/registration/gateway/"
    given = {"state": "accepted", "checked_on": cast.TODAY.isoformat()}
    assert client.post(address, given).status_code == 422
    assert client.post(address, {**given, "state": "refused"}).status_code == 422
    done = client.post(address, {**given, "template_code": "SMS_7", "reference": "A1"})
    assert done["Location"] == "/templates/T-900/v1/review/"
    found = Registration.objects.get(wording=row)
    assert (found.state, found.template_code, found.reference) == ("accepted", "SMS_7", "A1")
    page = body(client, "/templates/T-900/v1/review/")
    assert "has not registered this text" not in page
    assert "SMS_7" in page


def test_a_draft_cannot_be_registered() -> None:
    cast.the_house()
    cast.a_wording(cast.a_template("T-900"))
    given = {"state": "waiting", "checked_on": cast.TODAY.isoformat()}
    answer = signed_in("supervisor").post("/templates/T-900/v1/registration/gateway/", given)
    assert answer.status_code == 409
    assert not Registration.objects.exists()


def test_a_version_says_who_rejected_it_and_why() -> None:
    cast.the_house()
    row = cast.a_wording(cast.a_template("T-900"), state="submitted")
    client = signed_in("compliance")
    client.post(
        "/templates/T-900/v1/decide/",
        {
            "decision": "reject",
            "fingerprint": row.fingerprint,
            "reason": "law",
            "comment": "Say where to complain",
        },
    )
    page = body(signed_in(user=row.author), "/templates/T-900/v1/")
    assert "Law: something is missing or not permitted" in page
    assert "Say where to complain" in page


def test_pages_keep_their_shape_for_a_text_out_of_form_and_a_last_day() -> None:
    cast.the_house()
    later = clock.now() + timedelta(days=9)
    cast.a_wording(cast.a_template("T-900"), text="((iban))到期", expires_at=later)
    for address in ("/templates/", "/templates/T-900/", "/templates/T-900/v1/"):
        body(signed_in("supervisor"), address)


def test_a_review_costs_as_many_queries_for_many_people_as_for_few(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    strategy = cast.the_house()
    template = strategy.steps.get(offset=-3).template
    for _ in range(8):
        cast.a_loan()
    row = cast.a_wording(template, text=cast.ZH + "，多谢", state="submitted")
    client = signed_in("compliance")
    with django_assert_max_num_queries(60):
        body(client, f"/templates/{template.code}/v{row.version}/review/")
