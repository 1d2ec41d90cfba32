"""The whole house as a newcomer meets it: real site, real queue, real carrier, real browser."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.live_site import CHROMIUM, accessible, complain
from tests.test_demo import Demo
from tests.waiting import wait_for

WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
PAGES = [
    "/",
    "/borrowers/",
    "/dispatch/",
    "/dispatch/stop/",
    "/dispatch/resume/",
    "/dispatch/reminders/",
    "/dispatch/runs/1/",
    "/inbox/",
    "/templates/",
    "/templates/review/",
    "/templates/T-001/",
    "/templates/T-001/v1/",
    "/handset/",
]


class House:
    """The running demonstration, and browsers in which its people are signed in."""

    def __init__(self, demo: Demo, said: dict[str, Any], browser: Browser) -> None:
        self.demo, self.said, self.browser = demo, said, browser
        self.passwords = {user["name"]: user["password"] for user in said["users"]}
        self.sessions: dict[str, Any] = {}

    def page(self, name: str, **options: Any) -> Page:
        """A page in a browser of this person's."""
        context: BrowserContext = self.browser.new_context(
            base_url=self.said["url"],
            locale=options.pop("locale", "en-US"),
            viewport=options.pop("viewport", WIDE),
            storage_state=self.sessions.get(name),
            **options,
        )
        page = context.new_page()
        page.on("console", lambda message: complain(message.type, message.text))
        if name not in self.sessions:
            page.goto("/signin/")
            page.fill("[name=username]", name)
            page.fill("[name=password]", self.passwords[name])
            page.press("[name=password]", "Enter")
            expect(page.locator("h1")).to_be_visible()
            self.sessions[name] = context.storage_state()
        return page

    def ledger(self) -> list[dict[str, Any]]:
        path = self.demo.var / "handset" / "ledger.jsonl"
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        return [json.loads(line) for line in lines]

    def texts(self, to: str = "") -> list[dict[str, Any]]:
        return [one for one in self.ledger() if one["kind"] == "text" and to in ("", one["to"])]


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    var = Path(tempfile.mkdtemp(prefix="courtesy-"))
    demo = Demo(var)
    said = demo.start()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        house = House(demo, said, browser)
        wait_for(house.texts)
        yield house
        browser.close()
    demo.stop()
    shutil.rmtree(var)


def test_signed_out_people_see_only_sign_in(house: House) -> None:
    page = house.browser.new_page(base_url=house.said["url"])
    for address in PAGES:
        page.goto(address)
        assert page.url.split("?")[0].endswith("/signin/"), address


def test_texts_reach_phones_and_a_stop_from_one_ends_them(house: House) -> None:
    """From the phone to the borrower's page: the text, its receipt, STOP, the one confirmation, and silence."""
    page = house.page("li")
    page.goto("/handset/")
    gateway = next(one for one in house.texts() if one["wire"] == "gateway")
    page.fill("[name=digits]", gateway["to"][-8:])
    page.press("[name=digits]", "Enter")
    page.locator("tbody th a").first.click()
    expect(page.locator(".bubble").first).to_have_text(gateway["text"])
    person = page.locator("header.head a").get_attribute("href")
    assert person
    page.goto(person)
    expect(page.get_by_text("Delivered").first).to_be_visible()
    expect(page.locator(".bubble").first).to_have_text(gateway["text"])

    page.go_back()
    page.get_by_role("button", name="退订").click()
    page.goto(person)
    expect(page.get_by_test_id("verdict")).to_contain_text("asked not to be texted")
    confirmation = wait_for(lambda: [one for one in house.texts(gateway["to"]) if one != gateway])

    assert len(confirmation) == 1
    assert "元" not in confirmation[0]["text"]
    assert len(house.texts(gateway["to"])) == 2


def test_any_other_answer_stands_on_today_until_somebody_has_looked(house: House) -> None:
    page = house.page("li")
    page.goto("/handset/")
    page.locator("tbody th a").last.click()
    page.fill("textarea[name=text]", "周一发工资先还1000可以吗")
    page.get_by_role("button", name="Send the answer").click()
    page.goto("/inbox/")
    page.get_by_test_id("reply").get_by_role("link").first.click()
    expect(page.locator("main")).to_contain_text("周一发工资先还1000可以吗")

    page.get_by_test_id("handled").click()

    page.goto("/inbox/")
    expect(page.locator("main")).not_to_contain_text("周一发工资先还1000可以吗")


def test_stopping_takes_one_person_and_resuming_takes_two(house: House) -> None:
    collector = house.page("chen", viewport=NARROW)
    collector.goto("/dispatch/")
    collector.get_by_role("link", name="Stop all sending").click()
    collector.locator("input[name=reason]").first.check()
    collector.get_by_test_id("stop").click()
    expect(collector.locator("header.top")).to_contain_text("Sending stopped")

    supervisor = house.page("li")
    supervisor.goto("/dispatch/resume/")
    for box in supervisor.locator("main input[type=checkbox]").all():
        box.check()
    supervisor.get_by_role("button", name="Propose to go on").click()
    supervisor.goto("/dispatch/resume/")
    expect(supervisor.get_by_role("button", name="Approve")).to_have_count(0)
    reviewer = house.page("zhou")
    reviewer.goto("/dispatch/resume/")
    reviewer.get_by_role("button", name="Approve").click()

    reviewer.goto("/")
    expect(reviewer.locator("header.top")).to_contain_text("Sending on")


@pytest.mark.parametrize(("locale", "theme"), [("en-US", "dark"), ("zh-CN", "light")])
def test_every_page_is_accessible_and_fits_a_phone(house: House, locale: str, theme: str) -> None:
    page = house.page("zhou", locale=locale, viewport=NARROW, color_scheme=theme)
    person = first_person(page)
    for address in [*PAGES, person]:
        page.goto(address)
        accessible(page)


def first_person(page: Page) -> str:
    page.goto("/handset/")
    page.locator("tbody th a").first.click()
    address = page.locator("header.head a").get_attribute("href")
    assert address
    return address
