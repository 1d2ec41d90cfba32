"""What tests in a browser share."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests import cast
from tests.live_site import chromium, serving


@pytest.fixture
def site(own_database: str) -> Iterator[str]:
    """The address of a site over a database of the test's own, in which the house is furnished."""
    cast.the_house()
    with serving() as address:
        yield address


@pytest.fixture(scope="module")
def _chromium() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def browser(_chromium: Browser) -> Iterator[Browser]:
    """A browser nobody is signed in to; one process serves all tests of a file."""
    yield _chromium
    for context in _chromium.contexts:
        context.close()
