"""Dispatch against its ceiling: the same client, the same threads, the same carrier, and no database.

The carrier answers in 50 ms. Goal: at least 0.8 of the ceiling.
"""

import os
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

from django.conf import settings

from benchmarks.house import connection, house
from benchmarks.measure import Figure, report
from collections_site.handset.testing import Handset, listening_site, running_handset
from messaging import providers
from messaging.providers.base import Accepted, OutboundText
from messaging.services import dispatch, planning
from tests import houses

TEXTS = {"small": 1000, "1m": 10_000}[os.environ.get("SIZE", "small")]
ROUNDS = 5


def ceiling(site: str) -> float:
    """Texts a second of the bare client: a provider a batch, as the pump does, but nothing written."""
    started = time.perf_counter()
    with ThreadPoolExecutor(dispatch.THREADS) as threads:
        for batch in range(TEXTS // dispatch.LARGEST_BATCH):
            provider = providers.provider("gateway", threads=dispatch.THREADS)
            texts = [
                OutboundText(
                    uuid4(), f"+86139{batch:04d}{one:04d}", "【云杉消金】您好", f"{site}/x/", 900
                )
                for one in range(dispatch.LARGEST_BATCH)
            ]
            assert all(isinstance(one, Accepted) for one in threads.map(provider.send, texts))
            provider.close()
    return TEXTS / (time.perf_counter() - started)


def pumped() -> float:
    """Texts a second of the pump, through gate, walls, wire and settling."""
    with house(due=TEXTS):
        planning.plan()
        started = time.perf_counter()
        counts = dispatch.pump(drain=True)
        seconds = time.perf_counter() - started
        assert counts["accepted"] == TEXTS, counts
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM messaging_attempt WHERE state = 'accepted'")
            assert cursor.fetchone()[0] == TEXTS
    return TEXTS / seconds


def point_at(handset: Handset, site: str) -> None:
    for name, value in houses.SETTINGS.items():
        setattr(settings, name, value)
    settings.PUBLIC_URL = site
    settings.GATEWAY_URL = settings.TWILIO_API_URL = handset.base_url


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        listening_site() as site,
        running_handset(
            Path(folder),
            public_url=site.url,
            twilio_account_sid=houses.SETTINGS["TWILIO_ACCOUNT_SID"],
            twilio_auth_token=houses.SETTINGS["TWILIO_AUTH_TOKEN"],
            gateway_secret=houses.SETTINGS["GATEWAY_SECRET"],
        ) as handset,
    ):
        point_at(handset, site.url)
        handset.delay(0.05)
        handset.fault("lose_callbacks")
        pairs = [(pumped(), ceiling(site.url)) for _ in range(ROUNDS)]
    report([Figure("dispatch, carrier answering in 50 ms", "texts/s", pairs, TEXTS, goal=">= 0.8")])


if __name__ == "__main__":
    main()
