"""A site of this process over a test's own database, and browsers in which somebody is signed in."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from threading import Thread
from typing import Literal
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
SHOTS = count(1)
Theme = Literal["light", "dark"]
# Both languages, themes and sizes; English words are the longer ones on a telephone.
LOOKS: list[tuple[str, Theme, int]] = [("en-US", "dark", 390), ("zh-CN", "light", 1280)]


class Handler(WSGIRequestHandler):
    """Keeps the line of each request, as a server's log would show it, instead of printing it."""

    lines: list[str] = []

    def log_message(self, format: str, *args: object) -> None:
        self.lines.append(format % args)


class Server(ThreadedWSGIServer):
    """Waits for every request on closing, so that none still uses the database that is dropped next."""

    daemon_threads = False


@contextmanager
def serving() -> Iterator[str]:
    """The address of the site while the block lasts; needs the fixture ``own_database``."""
    Handler.lines.clear()
    server = Server(("127.0.0.1", 0), Handler)
    server.set_app(StaticFilesHandler(get_wsgi_application()))
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        connections.close_all()


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        try:
            yield browser
        finally:
            browser.close()
            connections.close_all()  # its loop has connections of its own: they end with it


def a_page(
    browser: Browser,
    site: str,
    client: Client,
    *,
    locale: str = "en-US",
    theme: Theme = "light",
    width: int = 1280,
) -> Page:
    """A page in which whoever is signed in with ``client`` is signed in; fails on errors in its console."""
    context = browser.new_context(
        base_url=site, locale=locale, color_scheme=theme, viewport={"width": width, "height": 800}
    )
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies(
        [
            {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site},
            {"name": "theme", "value": theme, "url": site},
        ]
    )
    page = context.new_page()
    page.on("console", lambda message: complain(message.type, message.text))
    return page


def complain(kind: str, text: str) -> None:
    """A page that breaks the content security policy or fails in its script says so on the console.

    An answer of 400 or so is no such thing, nor is a request that ended because the page was left.
    """
    assert kind != "error" or "status of 4" in text or text.startswith("htmx:sendAbort"), text


def accessible(page: Page) -> None:
    """axe finds nothing, and nothing scrolls sideways. SCREENSHOTS names a folder for pictures of what was seen."""
    if folder := os.environ.get("SCREENSHOTS"):
        shot = f"{next(SHOTS):03}{urlsplit(page.url).path.replace('/', '-')}.png"
        page.screenshot(path=Path(folder) / shot, full_page=True)
    only = {"resultTypes": ["violations"]}  # the rest is gathered at length for nobody
    broken = Axe().run(page, options=only).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:120]) for one in broken] == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


def painted(page: Page) -> None:
    """The page has been drawn: until then a browser takes no keys."""
    drawn = "performance.getEntriesByName('first-contentful-paint').length > 0"
    page.wait_for_function(drawn)
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
