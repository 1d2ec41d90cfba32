"""The demonstration's day and its borrowers: an hour at which texts flow, balances of that morning."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import Max

from borrowers.models import Assignment, Borrower, ImportBatch
from collections_site import site_clock
from collections_site.audit import services as audit
from collections_site.demo import people
from collections_site.lib import clock
from messaging.models import Attempt, Decision

BORROWERS = 2000
ZONE = ZoneInfo("Asia/Shanghai")
OPENS, CLOSES, MORNING = time(9), time(20), time(10)
EXPORTED = time(6)  # when the lender's system is said to have written the files


def set_clock() -> datetime:
    """Make it an hour at which texts flow, and answer the site's time.

    A running shift that is between nine and eight in the evening in Shanghai is kept; else it becomes
    ten in the morning, never before anything that has been decided or sent.
    """
    now = clock.now()
    if OPENS <= now.astimezone(ZONE).time() < CLOSES:
        return now
    newest = max(
        Attempt.objects.aggregate(at=Max("submitted_at"))["at"] or now,
        Decision.objects.aggregate(at=Max("at"))["at"] or now,
        now,
    )
    site_clock.set_to(next_morning(newest))
    return clock.now()


def next_morning(after: datetime) -> datetime:
    """The first ten o'clock in Shanghai that is not before ``after``."""
    local = after.astimezone(ZONE)
    morning = datetime.combine(local.date(), MORNING, ZONE)
    return morning if morning >= local else morning + timedelta(days=1)


def bring_up_to(today: date) -> bool:
    """Import the book as of ``today`` unless that was done; answer whether it was done now."""
    exported = datetime.combine(today, EXPORTED, ZONE)
    newest = ImportBatch.objects.aggregate(at=Max("data_as_of"))["at"]
    if newest is not None and newest >= exported:
        return False
    folder = Path(settings.VAR_DIR) / "demo-portfolio"
    call_command(
        "make_portfolio", str(folder), borrowers=BORROWERS, as_of=today.isoformat(), verbosity=0
    )
    call_command("import_portfolio", str(folder), as_of=exported.isoformat(), verbosity=0)
    return True


@transaction.atomic
def share_out() -> int:
    """Give every second borrower whom nobody looks after to the collector; answer how many."""
    collector = people.User.objects.get(username=people.CHEN.name)
    unassigned = Borrower.objects.exclude(assignments__ended_at=None, assignments__isnull=False)
    at = clock.now()
    rows = [
        Assignment(borrower_id=pk, collector=collector, team="A", from_at=at)
        for pk in unassigned.order_by("pk").values_list("pk", flat=True)
        if pk % 2
    ]
    Assignment.objects.bulk_create(rows, batch_size=5000)
    if rows:
        audit.record(
            "borrowers.assigned", collector, by=None, after={"borrowers": len(rows), "team": "A"}
        )
    return len(rows)


def settle_statistics() -> None:
    """Let PostgreSQL look at the fresh rows, so that its first plans are good ones."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
