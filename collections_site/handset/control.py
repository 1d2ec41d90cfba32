"""What the site's phone page and tests may ask of the carrier: phones, replies, faults, figures."""

import secrets
from json import JSONDecodeError
from typing import Any

from aiohttp import web

from collections_site.handset.carrier import E164, Text, now
from collections_site.handset.exchange import Dialect, Exchange
from collections_site.handset.faults import EVERY_PHONE

MOST_PHONES = 1000
LONGEST_REPLY = 1600


class Control:
    """The /control/ interface; JSON in and out."""

    def __init__(self, exchange: Exchange, dialects: dict[str, Dialect]) -> None:
        self.exchange = exchange
        self.carrier = exchange.carrier
        self.dialects = dialects

    def routes(self) -> list[web.RouteDef]:
        """Where it listens."""
        return [
            web.get("/control/health", self.health),
            web.get("/control/stats", self.stats),
            web.get("/control/idle", self.idle),
            web.get("/control/phones", self.phones),
            web.get("/control/phones/{number}", self.phone),
            web.post("/control/phones/{number}/replies", self.reply),
            web.get("/control/faults", self.faults),
            web.post("/control/faults", self.add_fault),
            web.delete("/control/faults", self.clear_faults),
            web.post("/control/delay", self.delay),
        ]

    async def health(self, request: web.Request) -> web.Response:
        """Up."""
        return web.json_response({"status": "ok"})

    async def stats(self, request: web.Request) -> web.Response:
        """Texts that reached a phone, replies, and what became of the webhooks."""
        counts = self.carrier.counts
        return web.json_response(
            {
                "texts": sum(n for key, n in counts.items() if key.startswith("text:")),
                "replies": sum(n for key, n in counts.items() if key.startswith("reply:")),
                "by_wire": {wire: counts[f"text:{wire}"] for wire in self.dialects},
                "undelivered": sum(n for k, n in counts.items() if k.startswith("undelivered:")),
                "phones": len(self.carrier.phones),
                "callbacks": {**self.exchange.webhooks.counts},
                "callbacks_pending": self.exchange.webhooks.pending,
            }
        )

    async def idle(self, request: web.Request) -> web.Response:
        """Answers once every receipt under way is posted or dropped."""
        await self.exchange.webhooks.idle()
        return await self.stats(request)

    async def phones(self, request: web.Request) -> web.Response:
        """The phones used last; `q` is a part of the number."""
        try:
            limit = min(MOST_PHONES, max(1, int(request.query.get("limit", 50))))
        except ValueError:
            return _bad("limit is a whole number")
        found = self.carrier.newest_phones(limit, request.query.get("q", "").strip())
        return web.json_response({"phones": [phone.as_json() for phone in found]})

    async def phone(self, request: web.Request) -> web.Response:
        """One phone and every text in and out, oldest first."""
        phone = self.carrier.phones.get(request.match_info["number"])
        if phone is None:
            return _bad("This phone has received no text.", 404)
        entries = [text.as_json() for text in phone.texts]
        return web.json_response({**phone.as_json(), "entries": entries})

    async def reply(self, request: web.Request) -> web.Response:
        """The phone answers whoever texted it last."""
        phone = self.carrier.phones.get(request.match_info["number"])
        last = phone.last_text_received() if phone else None
        if phone is None or last is None:
            return _bad("This phone has received no text.", 404)
        body = await _json(request)
        words = body.get("text")
        if not isinstance(words, str) or not 0 < len(words) <= LONGEST_REPLY:
            return _bad(f"text is a string of 1 to {LONGEST_REPLY} characters")
        mark = "SM" if last.wire == "twilio" else "R"
        reply = Text(
            kind="reply",
            provider_id=mark + secrets.token_hex(16),
            wire=last.wire,
            to=last.from_,
            from_=phone.number,
            text=words,
            at=now(),
            service=last.service,
            status="received",
        )
        heard = await self.exchange.reply(reply, self.dialects[last.wire])
        return web.json_response(
            {
                "provider_id": reply.provider_id,
                "wire": reply.wire,
                "webhook_status": heard.status or None,
                "webhook_body": heard.body,
            },
            status=200 if heard.status else 502,
        )

    async def faults(self, request: web.Request) -> web.Response:
        """The plan."""
        return web.json_response({"faults": [f.as_json() for f in self.carrier.plan.faults]})

    async def add_fault(self, request: web.Request) -> web.Response:
        """Order a fault for one phone or for all."""
        body = await _json(request)
        to, kind, times = body.get("to", EVERY_PHONE), body.get("kind"), body.get("times")
        if not isinstance(to, str) or (to != EVERY_PHONE and not E164.fullmatch(to)):
            return _bad("to is a number like +8613800000000, or *")
        if not isinstance(kind, str) or not (times is None or type(times) is int):
            return _bad("kind is a string, times a whole number or absent")
        try:
            fault = self.carrier.plan.add(to, kind, times)
        except ValueError as error:
            return _bad(str(error))
        return web.json_response(fault.as_json(), status=201)

    async def clear_faults(self, request: web.Request) -> web.Response:
        """Behave again; the answer delay goes too."""
        self.carrier.plan.clear()
        self.carrier.delay = 0.0
        return web.json_response({"faults": []})

    async def delay(self, request: web.Request) -> web.Response:
        """Seconds to wait before every answer."""
        seconds = (await _json(request)).get("seconds")
        if isinstance(seconds, bool) or not isinstance(seconds, int | float):
            return _bad("seconds is a number")
        if not 0 <= seconds <= 60:
            return _bad("seconds is 0 to 60")
        self.carrier.delay = float(seconds)
        return web.json_response({"seconds": self.carrier.delay})


async def _json(request: web.Request) -> dict[str, Any]:
    """The request's JSON object; an answer of its own where it is none.

    Only `application/json` is read: a page of another site cannot send that here unasked.
    """
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType(text="Send application/json.")
    try:
        body = await request.json()
    except (JSONDecodeError, UnicodeDecodeError) as error:
        raise web.HTTPBadRequest(text="This is not JSON.") from error
    if not isinstance(body, dict):
        raise web.HTTPBadRequest(text="Send a JSON object.")
    return body


def _bad(reason: str, status: int = 400) -> web.Response:
    return web.json_response({"error": reason}, status=status)
