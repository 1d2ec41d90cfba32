"""The pump: gate a batch, hand it over from many threads, settle what comes back, again and again.

No transaction is open while a byte is on the wire. The next batch is gated while the last one is
still under way, so that neither the database nor the provider waits for the other.
"""

import logging
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue

from django.conf import settings
from django.db import OperationalError, connection

from collections_site.database import environment
from messaging import providers
from messaging.models import Sender
from messaging.providers.base import NotSent, OutboundText, Outcome, Provider, Unknown
from messaging.services import gate, settle
from messaging.services.compose import Outgoing
from messaging.services.gate import Batch

logger = logging.getLogger(__name__)
THREADS = 64
WIRE_SECONDS = 2.0  # a batch holds what its sender can put on the wire in this time
LARGEST_BATCH = 200
FIRST_GUESS = 0.2  # seconds a provider takes to answer, until it has
LATEST_START = 5.0  # seconds after its commit at which a text may still begin to leave
SETTLE_EVERY = 0.25
SETTLE_TRIES = 3


@dataclass(slots=True)
class Lane:
    """One sender's way through a pump: how fast it answers, and what is under way."""

    sender: Sender | None
    answer_seconds: float = FIRST_GUESS
    not_before: float = 0.0
    done: bool = False
    busy: list[int] = field(default_factory=list)

    def size(self) -> int:
        """How many texts the next batch may hold."""
        size = min(LARGEST_BATCH, int(THREADS * WIRE_SECONDS / self.answer_seconds) or 1)
        if self.sender and self.sender.rate:
            size = min(size, int(self.sender.rate * WIRE_SECONDS) or 1)
        return size


Answer = tuple[Outgoing, Outcome, float]


def pump(*, seconds: float = 45.0, drain: bool = False) -> "Counter[str]":
    """Send what is due until nothing is, or ``seconds`` have passed; answer counts by outcome.

    With ``drain`` the time is not bounded. A database that is a copy of another sends nothing.
    """
    if not environment.is_ours():
        logger.critical("sending is closed: this database was written on another server")
        return Counter({"not_our_database": 1})
    stop_at = float("inf") if drain else time.monotonic() + seconds
    lanes = [Lane(sender) for sender in Sender.objects.filter(enabled=True).order_by("priority")]
    with ThreadPoolExecutor(THREADS, thread_name_prefix="wire") as threads:
        return _Pump(lanes, threads, stop_at).run()


class _Pump:
    def __init__(self, lanes: list[Lane], threads: ThreadPoolExecutor, stop_at: float) -> None:
        self.lanes = [*lanes, Lane(None)]
        self.threads = threads
        self.stop_at = stop_at
        self.under_way = 0
        self.answered: SimpleQueue[tuple[Lane, Provider, Answer]] = SimpleQueue()
        self.using: Counter[Provider] = Counter()  # texts still using a provider's connections
        self.answers: list[tuple[Lane, Answer]] = []
        self.settled_at = time.monotonic()
        self.counts: Counter[str] = Counter()

    def run(self) -> "Counter[str]":
        while True:
            began = self._begin_batches()
            self._collect(block=not began)
            if not self.under_way and not began and not self._waiting_lanes():
                self._settle()
                return self.counts

    def _waiting_lanes(self) -> bool:
        return time.monotonic() < self.stop_at and any(not lane.done for lane in self.lanes)

    def _begin_batches(self) -> bool:
        """Gate one batch of each lane that has room and work; say whether any did."""
        began = False
        for lane in self.lanes:
            moment = time.monotonic()
            room = 2 * LARGEST_BATCH - self.under_way
            if (
                lane.done
                or moment >= self.stop_at
                or moment < lane.not_before
                or room < LARGEST_BATCH
            ):
                continue
            size = lane.size()
            batch = gate.open_for(lane.sender, size, except_ids=lane.busy)
            committed = _boot_seconds()
            self.counts += batch.counts
            lane.busy += batch.busy
            lane.done = not batch.looked_at
            if lane.sender and lane.sender.rate:
                lane.not_before = moment + len(batch.outgoing) / lane.sender.rate
            if batch.outgoing:
                self._hand_over(lane, batch, committed)
            began = began or bool(batch.looked_at)
        return began

    def _hand_over(self, lane: Lane, batch: Batch, committed: float) -> None:
        provider = providers.provider(batch.outgoing[0].provider, threads=THREADS)
        self.using[provider] = len(batch.outgoing)
        self.under_way += len(batch.outgoing)
        for text in batch.outgoing:
            self.threads.submit(self._send, lane, provider, text, committed)

    def _send(self, lane: Lane, provider: Provider, text: Outgoing, committed: float) -> None:
        """In a thread: one call on the wire, never the database."""
        self.answered.put((lane, provider, _send(provider, text, committed)))

    def _collect(self, *, block: bool) -> None:
        """Take in what has been answered; settle it in lots."""
        if self.under_way:
            with suppress(Empty):
                self._take(self.answered.get(timeout=SETTLE_EVERY if block else 0.001))
                while True:
                    self._take(self.answered.get_nowait())
        elif block and self._waiting_lanes():
            time.sleep(0.02)  # a rated sender's next turn has not come yet
        overdue = time.monotonic() - self.settled_at > SETTLE_EVERY
        if len(self.answers) >= LARGEST_BATCH // 2 or overdue or not self.under_way:
            self._settle()

    def _take(self, answered: "tuple[Lane, Provider, Answer]") -> None:
        lane, provider, answer = answered
        lane.answer_seconds = 0.9 * lane.answer_seconds + 0.1 * max(answer[2], 0.001)
        self.answers.append((lane, answer))
        self.under_way -= 1
        self.using[provider] -= 1
        if not self.using[provider]:
            provider.close()

    def _settle(self) -> None:
        self.settled_at = time.monotonic()
        if not self.answers:
            return
        for lane, (_, outcome, _) in self.answers:
            if isinstance(outcome, NotSent) and outcome.configuration:
                lane.done = True  # ours to put right: the rest of the queue keeps until then
        answers, self.answers = self.answers, []
        self.counts += _settled([(text, outcome) for _, (text, outcome, _) in answers])


def _settled(answers: list[settle.Settled]) -> "Counter[str]":
    """Write outcomes down; a deadlock or a lost connection is tried again, and never sends again."""
    for _ in range(SETTLE_TRIES):
        try:
            return settle.settle(answers)
        except OperationalError:
            logger.exception("outcomes could not be written")
            connection.close()
    return Counter(left_open=len(answers))  # they become unknown, and the carrier is asked


def _send(provider: Provider, text: Outgoing, committed: float) -> Answer:
    """One call on the wire, in a thread that never touches the database."""
    started = time.monotonic()
    if _boot_seconds() - committed > LATEST_START:
        return text, NotSent("started_too_late"), 0.0  # the machine slept: the hour may have passed
    callback = f"{settings.PUBLIC_URL}/webhooks/{text.provider}/status/{text.attempt_id}/"
    message = OutboundText(text.attempt_id, text.phone, text.text, callback, text.valid_seconds)
    try:
        outcome = provider.send(message)
    except Exception:  # whatever went wrong, a text may have left: never guess, never lose the row
        logger.exception("sending failed", extra={"attempt": str(text.attempt_id)})
        outcome = Unknown("internal_error")
    return text, outcome, time.monotonic() - started


def _boot_seconds() -> float:
    """Seconds that count on while the machine sleeps, where the system can tell."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))
