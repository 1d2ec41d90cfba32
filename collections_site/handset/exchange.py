"""One text's way through the carrier, the same for both wires: faults, ledger, answer, receipts."""

import asyncio
import socket
import struct
import time
from functools import partial
from typing import Protocol

from aiohttp import web

from collections_site.handset.carrier import Carrier, Text, now
from collections_site.handset.config import HandsetConfig
from collections_site.handset.faults import NOTHING_RECORDED, Drawn
from collections_site.handset.ledger import Ledger
from collections_site.handset.webhooks import Heard, Notice, Webhooks

HANG_CHECK = 0.2  # seconds between two looks whether the client has given up
REPEATS = 3


class Dialect(Protocol):
    """How one provider says things."""

    def accepted(self, text: Text) -> web.Response:
        """The text is taken."""

    def refused(self, code: int, detail: str = "") -> web.Response:
        """The text is refused for good."""

    def busy(self) -> web.Response:
        """Try later."""

    def junk(self) -> web.Response:
        """A success whose body breaks off."""

    def statuses(self, text: Text) -> list[str]:
        """The receipts of this text, in order."""

    def receipt(self, text: Text, status: str) -> Notice:
        """One receipt, signed."""

    def inbound(self, reply: Text) -> Notice:
        """A reply from a phone, signed."""


class Exchange:
    """Carries texts to phones and replies back."""

    def __init__(self, config: HandsetConfig, carrier: Carrier, ledger: Ledger) -> None:
        self.config = config
        self.carrier = carrier
        self.ledger = ledger
        self.webhooks = Webhooks()
        self.closing = asyncio.Event()

    async def take(self, request: web.Request, text: Text, dialect: Dialect) -> web.Response:
        """Take a valid text: record it unless a fault forbids, then answer, then send receipts."""
        met = self.carrier.plan.draw(text.to)
        fault = met.kind("answer")
        receipts = None
        if fault not in NOTHING_RECORDED:
            await self._record(text, met)
            receipts = self.webhooks.start(self._receipts(text, met, dialect))
        if fault == "callback_first" and receipts is not None:
            await receipts
        if self.carrier.delay:
            await asyncio.sleep(self.carrier.delay)
        match fault:
            case "hang" | "hang_lost":
                return await self._hang(request)
            case "cut" | "cut_before":
                return _cut(request)
            case "500" | "500_lost":
                return web.Response(status=500, text="Internal Server Error")
            case "429":
                return dialect.busy()
            case "reject":
                return dialect.refused(int(met.number("answer")))
            case "junk":
                return dialect.junk()
        return dialect.accepted(text)

    async def _record(self, text: Text, met: Drawn) -> None:
        text.reached = met.kind("delivery") != "undelivered"
        if met.kind("listing"):
            text.hidden_until = time.monotonic() + met.number("listing")
        self.carrier.add(text)
        await self.ledger.append(text.as_line())

    async def _receipts(self, text: Text, met: Drawn, dialect: Dialect) -> None:
        spoilt = met.kind("callbacks")
        statuses = dialect.statuses(text)
        if spoilt == "reorder_callbacks":
            text.status = statuses[-1]
            statuses.reverse()
        for status in statuses:
            await asyncio.sleep(self.config.pace)
            if spoilt != "reorder_callbacks":
                text.status, text.updated = status, now()
            if spoilt == "lose_callbacks" or not text.callback:
                continue
            for _ in range(REPEATS if spoilt == "repeat_callbacks" else 1):
                await self.webhooks.post(partial(dialect.receipt, text, status))

    async def reply(self, reply: Text, dialect: Dialect) -> Heard:
        """A phone answers: record it, tell the site, return what the site said."""
        self.carrier.add(reply)
        await self.ledger.append(reply.as_line())
        return await self.webhooks.post(partial(dialect.inbound, reply))

    async def _hang(self, request: web.Request) -> web.Response:
        """Say nothing until the client gives up or the carrier stops."""
        while not self.closing.is_set():
            transport = request.transport
            if transport is None or transport.is_closing():
                break
            await asyncio.sleep(HANG_CHECK)
        return _cut(request)

    async def close(self) -> None:
        """Stop, leaving the ledger whole."""
        self.closing.set()
        await self.webhooks.close()
        await self.ledger.close()


def _cut(request: web.Request) -> web.Response:
    """Reset the connection: the client sees ECONNRESET, not an orderly end."""
    transport = request.transport
    if transport is not None:
        connection = transport.get_extra_info("socket")
        if connection is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    return web.Response()  # goes nowhere
