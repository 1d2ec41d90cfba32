"""The wording pages as they look: what is seen without scrolling, and that everybody can read them."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from collections_site.lib import clock
from messaging.models import MessageTemplate, Provider, Wording
from messaging.services import wording_checks, wordings
from messaging.services.wording_rows import Words
from tests import cast
from tests.live_site import LOOKS, Theme, a_page, accessible, painted, serving
from tests.visits import signed_in

LIVE = (
    "((salutation))，您有((amount))逾期((days_late))天。有困难可致电((contact))商议延期或分期。"
    "如已还款请忽略。拒收请回复R"
)
ANEW = (
    "((salutation))，您的((amount))原定((due_date))还款，已逾期((days_late))天。"
    "有困难可致电((contact))商量还款安排。已还请忽略，拒收请回复R"
)
JUDGED = ANEW.replace("，拒收请回复R", "。")  # where none must be offered, somebody judges
HARSH = ANEW.replace("商量", "，再不还款将联系您的家人，可商量")


@pytest.fixture
def site(own_database: str) -> Iterator[str]:
    cast.the_house()
    for days in (1, 2, 3):
        cast.a_loan(due_on=cast.TODAY - timedelta(days=days))
    with serving() as address:
        yield address


class Room:
    """A template with a live version, one that was rejected, one that waits, and a draft begun."""

    def __init__(self) -> None:
        self.author = cast.a_user()
        self.reviewer = cast.a_user(role="compliance")
        self.template = MessageTemplate.objects.get(code="T-053")
        self.live = Wording.objects.get(template=self.template, live=True, language="zh-hans")
        ends = clock.now().replace(microsecond=0) + timedelta(days=9)
        self.rejected = self._submitted(ANEW.replace("您的", "您这期"))
        wordings.reject(
            self.rejected, by=self.reviewer, reason="length", comment="可以更短，一条就够。"
        )
        self.other = self._submitted(ANEW.replace("您的", "您那期"), jurisdictions=["HK"])
        wordings.reject(self.other, by=self.reviewer, reason="tone", comment="再温和一些。")
        self.judged = self._submitted(JUDGED, jurisdictions=["CN", "HK"])
        self.waits = self._submitted(ANEW, expires_at=ends)

    def _submitted(
        self, text: str, jurisdictions: Sequence[str] = ("CN",), expires_at: datetime | None = None
    ) -> Wording:
        words = Words("zh-hans", jurisdictions, "【云杉消金】", text, "更温和", expires_at)
        row = wordings.draft(self.template, words, by=self.author)
        asked = wording_checks.look(row).judges
        return wordings.submit(row, answers={one.key: "是" for one in asked}, by=self.author)

    def page(self, row: Wording, end: str = "") -> str:
        return f"/templates/{self.template.code}/v{row.version}/{end}"


def bottom(page: Page, selector: str) -> float:
    """How far down the page an element ends, in pixels."""
    box = page.locator(selector).bounding_box()
    assert box is not None
    return box["y"] + box["height"]


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_the_decision_is_seen_without_scrolling_beside_what_it_rests_on(
    site: str, browser: Browser, locale: str
) -> None:
    room = Room()
    page = a_page(browser, site, signed_in(user=room.reviewer), locale=locale)
    page.goto(room.page(room.waits, "review/"))

    for selector in ("ins >> nth=0", "#person-longest .phone >> nth=0", "#checks-title"):
        assert bottom(page, selector) < 800, selector
    assert bottom(page, "#approve") <= 800
    assert page.locator("#person-longest mark").count() > 3
    expect(page.get_by_test_id("rejected-before")).to_contain_text("一条就够")


def test_on_a_phone_one_tap_leads_to_the_decision(site: str, browser: Browser) -> None:
    room = Room()
    page = a_page(browser, site, signed_in(user=room.reviewer), width=390)
    page.goto(room.page(room.waits, "review/"))
    painted(page)

    page.get_by_role("link", name="To the decision").click()

    expect(page.locator("#decision-title")).to_be_in_viewport()
    expect(page.locator("#approve")).to_be_in_viewport()


def test_below_the_text_stands_what_the_checks_say_of_it_while_it_is_written(
    site: str, browser: Browser
) -> None:
    room = Room()
    page = a_page(browser, site, signed_in(user=room.author), width=390)
    page.goto(f"/templates/{room.template.code}/new/?from={room.live.version}")
    expect(page.locator("#beside")).to_contain_text("The words are the same")

    page.fill("#id_text", HARSH)
    expect(page.locator("#tally")).to_contain_text("2 blocked")
    expect(page.locator("#tally")).to_contain_text("2 parts")
    expect(page.locator("#beside")).to_contain_text("added")
    assert bottom(page, "#tally") < bottom(page, "#id_text") + 80

    page.locator("#beside").click()
    expect(page.locator("#beside-diff ins").first).to_be_visible()
    page.locator("#tally a").click()
    expect(page.locator("#checks-title")).to_be_in_viewport()


def test_enter_in_a_field_saves_and_submits_nothing(site: str, browser: Browser) -> None:
    room = Room()
    page = a_page(browser, site, signed_in(user=room.author))
    page.goto(f"/templates/{room.template.code}/new/?from={room.waits.version}")
    with page.expect_response("**/check/"):
        page.fill("#id_text", ANEW.replace("商量", "一起商量"))
        page.fill("#id_reason", "更温和")
    page.press("#id_reason", "Enter")

    page.wait_for_url("**/edit/")
    newest = Wording.objects.filter(template=room.template).order_by("-version")[0]
    assert (newest.state, newest.version) == ("draft", room.waits.version + 1)


@pytest.mark.parametrize(("locale", "theme", "width"), LOOKS)
def test_the_pages_are_accessible_in_both_languages_themes_and_sizes(
    site: str, browser: Browser, locale: str, theme: Theme, width: int
) -> None:
    room = Room()
    Provider.objects.filter(code="gateway").update(requires_registration=True)
    reviewer, author = (
        a_page(browser, site, signed_in(user=user), locale=locale, theme=theme, width=width)
        for user in (room.reviewer, room.author)
    )
    seen = {
        reviewer: [
            "/",
            "/templates/",
            "/templates/review/",
            room.page(room.waits, "review/"),
            room.page(room.waits, "review/?show=side"),
            room.page(room.judged, "review/"),
            room.page(room.waits, "registration/gateway/"),
            f"/templates/{room.template.code}/compare/v{room.rejected.version}...v{room.waits.version}/",
            room.page(room.rejected),
        ],
        author: ["/", room.page(room.other), f"/templates/{room.template.code}/new/"],
    }
    for page, addresses in seen.items():
        for address in addresses:
            page.goto(address)
            page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
            accessible(page)

    author.fill("#id_text", HARSH)
    expect(author.locator("#check-panel .finding-block")).not_to_have_count(0)
    accessible(author)
    author.locator("#submit").click()
    expect(author.locator(".error-summary, [role=alert]").first).to_be_visible()
    accessible(author)

    reviewer.goto(room.page(room.waits, "review/"))
    reviewer.locator("button[value=reject]").click()
    expect(reviewer.locator(".invalid-feedback").first).to_be_visible()
    accessible(reviewer)
