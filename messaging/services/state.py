"""Is anything going out just now? What the header and the Sending page say in one sentence."""

from dataclasses import dataclass
from datetime import datetime

from borrowers.models import Lender
from collections_site import heartbeats
from collections_site.database import environment
from messaging import ways as batch_ways
from messaging.models import SendingStop
from messaging.schedules import COLLECTIONS
from messaging.services import stops
from messaging.services.figures import Moment


@dataclass(frozen=True, slots=True)
class SendingState:
    """``word`` is the first of these that is true: ``copy stopped idle closed partly on``.

    ``copy``: this is not the database the rows were written in, nothing leaves it. ``idle``: no
    worker is running. ``closed``: outside the contact hours of the lender's own zone, which end or
    begin at ``changes_at``. ``partly``: a provider, strategy or run is stopped, the rest goes on.
    """

    word: str
    stops: list[SendingStop]
    changes_at: datetime | None

    @property
    def stop(self) -> SendingStop | None:
        """The stop to name: of everything if there is one, else the newest."""
        everything = (one for one in self.stops if one.scope == "all")
        return next(everything, self.stops[0] if self.stops else None)


def now(moment: Moment) -> SendingState:
    """The state of sending at the present moment."""
    live = stops.live()
    open_now, changes_at = _hours(moment)
    if not environment.is_ours():
        word = "copy"
    elif any(stop.scope == "all" for stop in live):
        word = "stopped"
    elif heartbeats.ages().get(COLLECTIONS, float("inf")) > heartbeats.STALE:
        word = "idle"
    elif not open_now:
        word = "closed"
    else:
        word = "partly" if live else "on"
    return SendingState(word, live, changes_at)


def _hours(moment: Moment) -> tuple[bool, datetime | None]:
    """Whether the hours are open where the lender is, and when that changes."""
    lender = Lender.objects.first()
    if lender is None:
        return True, None
    rulebook = batch_ways.load(moment.at).rulebook
    zones, places = (moment.zone,), tuple(lender.jurisdictions)
    closes = rulebook.open_until(moment.at, zones, places)
    if closes > moment.at:
        return True, closes
    return False, rulebook.next_open(moment.at, zones, places)
