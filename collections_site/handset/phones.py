"""What the phone pages ask the simulated carrier, over its control interface on this machine."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

import requests
from django.conf import settings

TIMEOUT = 15.0  # seconds; a reply is answered once the site has taken it in


class NotRunning(Exception):
    """The carrier does not answer: it has not been started, or is stopping."""


class NoSuchPhone(Exception):
    """This phone has received no text."""


@dataclass(frozen=True, slots=True)
class Summary:
    """A phone in the list: its number in E.164, and what it saw last."""

    number: str
    last_at: datetime
    last_text: str
    texts: int
    replies: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One text on a phone; ``out`` is from the lender. Instants are true time."""

    at: datetime
    text: str
    out: bool
    reached: bool


def newest(limit: int, digits: str = "") -> list[Summary]:
    """The phones used last, those whose number contains ``digits``. Raises NotRunning."""
    answer = _ask("GET", "phones", params={"limit": limit, "q": digits})
    return [
        Summary(
            row["number"],
            datetime.fromisoformat(row["last_at"]),
            row["last_text"],
            row["texts"],
            row["replies"],
        )
        for row in answer["phones"]
    ]


def texts(number: str) -> list[Entry]:
    """Everything on one phone, the oldest first. Raises NotRunning, NoSuchPhone."""
    answer = _ask("GET", f"phones/{quote(number, safe='')}")
    return [
        Entry(
            datetime.fromisoformat(row["at"]),
            row["text"],
            out=row["kind"] == "text",
            reached=row["status"] != "undelivered",
        )
        for row in answer["entries"]
    ]


def answer(number: str, words: str) -> bool:
    """Answer whoever texted this phone last; whether the site took the reply in.

    Raises NotRunning, NoSuchPhone.
    """
    said = _ask("POST", f"phones/{quote(number, safe='')}/replies", json={"text": words})
    heard = said.get("webhook_status")
    return isinstance(heard, int) and 200 <= heard < 300


def _ask(method: str, path: str, **kwargs: Any) -> dict[str, Any]:
    address = f"http://127.0.0.1:{settings.HANDSET_PORT}/control/{path}"
    try:
        with requests.Session() as session:
            session.trust_env = False  # no proxy stands between this machine and itself
            response = session.request(method, address, timeout=TIMEOUT, **kwargs)
        if response.status_code == 404:
            raise NoSuchPhone
        found: dict[str, Any] = response.json()
    except requests.RequestException as error:
        raise NotRunning from error
    return found
