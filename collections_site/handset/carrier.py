"""What the carrier knows: phones, the texts they got, the replies they gave, who refuses texts."""

import re
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from collections_site.handset.faults import Plan

E164 = re.compile(r"\+[1-9]\d{6,14}")
Wire = Literal["twilio", "gateway"]
# Twilio keeps a list of its own of phones that said stop; the gateway leaves that to the site.
STOP_WORDS = {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"}
START_WORDS = {"START", "YES", "UNSTOP"}


def now() -> datetime:
    """The real time: a carrier does not know of the site's shifted clock."""
    return datetime.now(UTC)


@dataclass(slots=True)
class Text:
    """One text, either to a phone (`kind` text) or from it (`kind` reply)."""

    kind: Literal["text", "reply"]
    provider_id: str
    wire: Wire
    to: str
    from_: str
    text: str
    at: datetime
    reference: str = ""  # the attempt's id, where the sender gave it
    service: str = ""  # Twilio messaging service
    callback: str = ""
    status: str = "accepted"
    error: str = ""
    updated: datetime = field(default_factory=now)
    hidden_until: float = 0.0  # on the monotonic clock; until then the message list lacks it
    reached: bool = True  # false when the network took it and the phone never got it

    @property
    def phone(self) -> str:
        """The number of the person."""
        return self.to if self.kind == "text" else self.from_

    @property
    def listed(self) -> bool:
        """Whether the provider's message list shows it yet."""
        return self.hidden_until <= time.monotonic()

    def as_line(self) -> dict[str, Any]:
        """For the ledger; what never reached its phone is of another kind."""
        line: dict[str, Any] = {
            "kind": self.kind if self.reached else "undelivered",
            "at": self.at.isoformat(),
            "wire": self.wire,
            "to": self.to,
            "from": self.from_,
            "text": self.text,
            "provider_id": self.provider_id,
            "reference": self.reference,
        }
        if self.service:
            line["service"] = self.service
        return line

    def as_json(self) -> dict[str, Any]:
        """For the control interface."""
        return {
            "kind": self.kind,
            "at": self.at.isoformat(),
            "wire": self.wire,
            "from": self.from_,
            "to": self.to,
            "text": self.text,
            "provider_id": self.provider_id,
            "reference": self.reference,
            "status": self.status,
            "error": self.error,
        }


def from_line(line: dict[str, Any]) -> Text:
    """A text as the ledger tells it; its receipts are long over."""
    at = datetime.fromisoformat(line["at"])
    return Text(
        kind="reply" if line["kind"] == "reply" else "text",
        provider_id=line["provider_id"],
        wire=line["wire"],
        to=line["to"],
        from_=line["from"],
        text=line["text"],
        at=at,
        reference=line["reference"],
        service=line.get("service", ""),
        status={"reply": "received", "undelivered": "undelivered"}.get(line["kind"], "delivered"),
        updated=at,
        reached=line["kind"] != "undelivered",
    )


@dataclass(slots=True)
class Phone:
    """One number and all it has seen."""

    number: str
    texts: list[Text] = field(default_factory=list)  # both directions, oldest first
    stopped: set[Wire] = field(default_factory=set)

    def last_text_received(self) -> Text | None:
        """The newest text that was sent to it, by which a reply finds its way back."""
        return next((text for text in reversed(self.texts) if text.kind == "text"), None)

    def as_json(self) -> dict[str, Any]:
        """One row of the list of phones."""
        last = self.texts[-1]
        kinds = Counter(text.kind for text in self.texts if text.reached)
        return {
            "number": self.number,
            "wire": last.wire,
            "last_at": last.at.isoformat(),
            "last_text": last.text,
            "last_kind": last.kind,
            "texts": kinds["text"],
            "replies": kinds["reply"],
            "stopped": sorted(self.stopped),
        }


class Carrier:
    """The whole state in memory; the ledger can rebuild all of it but the fault plan."""

    def __init__(self, own_numbers: Iterable[str]) -> None:
        self.own_numbers = frozenset(own_numbers)  # those the lender texts from
        self.phones: dict[str, Phone] = {}  # the one used last comes last
        self.by_id: dict[str, Text] = {}  # in order of arrival
        self.counts: Counter[str] = Counter()
        self.plan = Plan()
        self.delay = 0.0  # seconds before each answer

    def add(self, text: Text) -> None:
        """Take in a text or a reply."""
        phone = self.phones.pop(text.phone, None) or Phone(text.phone)
        self.phones[text.phone] = phone
        phone.texts.append(text)
        self.by_id[text.provider_id] = text
        self.counts[f"{text.kind if text.reached else 'undelivered'}:{text.wire}"] += 1
        if text.kind == "reply" and text.wire == "twilio":
            word = text.text.strip().upper()
            if word in STOP_WORDS:
                phone.stopped.add(text.wire)
            elif word in START_WORDS:
                phone.stopped.discard(text.wire)

    def refuses(self, number: str, wire: Wire) -> bool:
        """Whether the phone told this provider to stop."""
        phone = self.phones.get(number)
        return phone is not None and wire in phone.stopped

    def listed(self, wire: Wire, *, to: str = "", from_: str = "") -> list[Text]:
        """What a provider's message list shows, newest first."""
        phone = self.phones.get(to) or self.phones.get(from_)
        if phone is not None:
            texts = phone.texts
        elif to and to not in self.own_numbers:
            return []
        else:
            texts = list(self.by_id.values())
        return [
            text
            for text in reversed(texts)
            if text.wire == wire
            and text.listed
            and (not to or text.to == to)
            and (not from_ or text.from_ == from_)
        ]

    def newest_phones(self, limit: int, query: str = "") -> list[Phone]:
        """The phones used last, newest first; `query` is a part of the number."""
        found: list[Phone] = []
        for number, phone in reversed(self.phones.items()):
            if len(found) == limit:
                break
            if query in number:
                found.append(phone)
        return found
