"""The words in which the site speaks with any provider.

Expected outcomes are values. A text is `Accepted`, `Rejected` for good, certainly `NotSent`, or
`Unknown`; only `NotSent` may ever be tried again.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

DeliveryStatus = Literal["none", "queued", "sent", "delivered", "undelivered"]

E164 = re.compile(r"\+[1-9]\d{6,14}")
LONGEST_ID = 64  # characters of a provider's id that we keep
LONGEST_CODE = 40  # and of a result code
UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")  # what PostgreSQL cannot store in a text


@dataclass(frozen=True, slots=True)
class OutboundText:
    """One text to hand over. Number and words stay out of its repr, and so out of every log."""

    attempt_id: UUID
    to: str = field(repr=False)  # E.164
    text: str = field(repr=False)
    callback_url: str  # carries the attempt's id in its path
    valid_seconds: int  # after which the carrier drops it undelivered


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider has it and gave it an id."""

    provider_id: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """The provider read it and refused it; no text went out and none will."""

    code: str
    opted_out: bool = False  # the provider's own list says the phone refuses texts
    bad_number: bool = False


@dataclass(frozen=True, slots=True)
class NotSent:
    """Proof that nothing left or nothing was processed: it may be tried again."""

    code: str
    retry_after: float | None = None  # seconds the provider asks us to wait
    configuration: bool = False  # ours to put right: stop this provider and tell somebody


@dataclass(frozen=True, slots=True)
class Unknown:
    """Perhaps sent, perhaps not: never sent again, settled by a receipt or by asking."""

    code: str


Outcome = Accepted | Rejected | NotSent | Unknown


@dataclass(frozen=True, slots=True)
class Seen:
    """A text as the provider's own list shows it. `accepted_at` is on the provider's real clock."""

    provider_id: str
    reference: str | None  # our attempt id, where the list carries it
    text: str = field(repr=False)
    accepted_at: datetime = field()
    status: DeliveryStatus = field()


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What a provider says became of a text."""

    provider_id: str
    reference: str | None  # our attempt id, where the report carries it
    status: DeliveryStatus
    said: str  # the provider's own word for the status
    code: str  # the provider's error code, or empty
    at: datetime | None  # when it happened, where the provider says so reliably

    @property
    def key(self) -> str:
        """The same however often the provider repeats itself."""
        return f"{self.provider_id}:{self.said}:{self.code}"


@dataclass(frozen=True, slots=True)
class InboundText:
    """A text from a phone."""

    provider_id: str
    from_: str = field(repr=False)  # E.164
    to: str = field()  # ours
    text: str = field(repr=False)
    at: datetime | None = None

    @property
    def key(self) -> str:
        """The same however often the provider repeats itself."""
        return self.provider_id


class NoAnswer(Exception):
    """The provider's list could not be read, which says nothing about any text."""


class Malformed(ValueError):
    """A webhook that is genuine but lacks, repeats or garbles what it must say."""


class Provider(Protocol):
    """One carrier for one batch: make it, send from several threads, close it."""

    def send(self, text: OutboundText) -> Outcome:
        """Hand over one text, once. Raises only for bugs that show before the first byte."""

    def find(self, to: str) -> list[Seen]:
        """The newest texts to a number, newest first. Raises NoAnswer."""

    def close(self) -> None:
        """Let go of the connections."""

    @staticmethod
    def terms_refuse(country: str, *, third_party: bool = False) -> str | None:
        """Why the provider's terms forbid our texts to a country (ISO code), or None."""


def keepable(text: str) -> str:
    """A stranger's text without what the database cannot store: NUL and lone surrogates."""
    return UNKEEPABLE.sub("", text)
