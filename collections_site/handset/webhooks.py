"""Calling the site: signed receipts and replies, tried a few times, never off this machine."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import aiohttp

from collections_site.lib.loopback import is_loopback

PAUSES = (0.2, 0.5, 1.0, 2.0, 4.0)  # seconds before each further try
ANSWER_WITHIN = 15.0  # seconds; what Twilio grants a webhook
AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class Notice:
    """One webhook request."""

    url: str
    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Heard:
    """What the site answered; status 0 means it was not reached."""

    status: int
    body: str


class Webhooks:
    """Posts notices and counts what became of them: posted, refused, dropped, forbidden."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=AT_ONCE),
            timeout=aiohttp.ClientTimeout(total=ANSWER_WITHIN),
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        self._tasks: set[asyncio.Task[None]] = set()
        self._idle = asyncio.Event()
        self._idle.set()

    @property
    def pending(self) -> int:
        """Conversations with the site that are not over."""
        return len(self._tasks)

    async def idle(self) -> None:
        """Wait until no receipt is under way."""
        await self._idle.wait()

    def start(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        """Carry on with some receipts after the answer has gone out."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        self._idle.clear()
        task.add_done_callback(self._over)
        return task

    def _over(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not self._tasks:
            self._idle.set()

    async def post(self, make: Callable[[], Notice]) -> Heard:
        """Post a notice, made (and so signed and dated) anew for each try.

        Tried again when the site is not reached or answers 5xx, then dropped and counted.
        """
        heard = Heard(0, "")
        for pause in (0.0, *PAUSES):
            if pause:
                await asyncio.sleep(pause)
            notice = make()
            if not is_loopback(notice.url):
                self.counts["forbidden"] += 1
                return Heard(0, "This address is not on this machine.")
            heard = await self._once(notice)
            if 0 < heard.status < 500:
                self.counts["posted" if heard.status < 300 else "refused"] += 1
                return heard
        self.counts["dropped"] += 1
        return heard

    async def _once(self, notice: Notice) -> Heard:
        try:
            async with self._session.post(
                notice.url, data=notice.body, headers=notice.headers, allow_redirects=False
            ) as answer:
                return Heard(answer.status, (await answer.text(errors="replace"))[:2000])
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return Heard(0, type(error).__name__)

    async def close(self) -> None:
        """Drop what is still under way."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._session.close()
