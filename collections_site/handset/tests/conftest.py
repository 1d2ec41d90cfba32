"""One carrier process and one listening site for the tests of a module; each test starts tidy."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
import requests

from collections_site.handset.testing import (
    Handset,
    ListeningSite,
    listening_site,
    running_handset,
)

SERVICE = "MG" + "1" * 32


@dataclass
class Twilio:
    """Bare requests to the Twilio wire, so that the carrier is judged apart from our client."""

    handset: Handset
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def fresh(self) -> str:
        """A phone that has received nothing."""
        return f"+1555{next(self.numbers):07d}"

    def url(self, rest: str = "") -> str:
        account = self.handset.twilio_account_sid
        return f"{self.handset.base_url}/2010-04-01/Accounts/{account}/Messages{rest}.json"

    def auth(self) -> tuple[str, str]:
        return self.handset.twilio_account_sid, self.handset.twilio_auth_token

    def post(self, **form: str) -> requests.Response:
        form = {"To": self.fresh(), "MessagingServiceSid": SERVICE, "Body": "Hello", **form}
        present = {name: value for name, value in form.items() if value}
        return requests.post(self.url(), data=present, auth=self.auth(), timeout=20)

    def get(self, rest: str = "", **query: str) -> Any:
        return requests.get(self.url(rest), params=query, auth=self.auth(), timeout=20)


@pytest.fixture(scope="module")
def site() -> Iterator[ListeningSite]:
    with listening_site() as site:
        yield site


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory, site: ListeningSite) -> Iterator[Handset]:
    with running_handset(tmp_path_factory.mktemp("carrier"), public_url=site.url) as handset:
        yield handset


@pytest.fixture
def handset(started: Handset, site: ListeningSite) -> Handset:
    started.behave()
    started.idle()
    site.heard.clear()
    site.answers.clear()
    return started


@pytest.fixture(scope="module")
def numbers() -> Iterator[int]:
    return count(1)


@pytest.fixture
def twilio(handset: Handset, numbers: Iterator[int]) -> Twilio:
    return Twilio(handset, numbers)
