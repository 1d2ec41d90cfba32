"""The demonstration's day and its borrowers: an hour at which texts flow, balances of that morning."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.db.models import Max

from borrowers.models import Assignment, Borrower, ImportBatch
from borrowers.services import assignments
from collections_site import site_clock
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
    yesterday = (today - timedelta(days=1)).isoformat()
    call_command("make_portfolio", folder, "--borrowers", BORROWERS, "--as-of", yesterday)
    # Weeks may lie between two starts: nobody has to be asked about an invented book.
    call_command("import_portfolio", folder, "--as-of", exported.isoformat(), "--accept-unusual")
    return True


def share_out() -> int:
    """Give every second borrower whom nobody looks after to the collector; answer how many."""
    collector = User.objects.get(username=people.CHEN.name)
    cared_for = Assignment.objects.filter(ended_at=None).values("borrower")
    alone = Borrower.objects.exclude(pk__in=cared_for)
    return assignments.assign([one for one in alone if one.pk % 2], collector, by=None, team="A")


def settle_statistics() -> None:
    """Let PostgreSQL look at the fresh rows, so that its first plans are good ones."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
