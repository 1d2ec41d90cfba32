"""Who is let in: the key of one of the lender's systems. Keys that open nothing are counted and told."""

import logging
import threading
from collections import deque

from django.http import HttpRequest
from ninja.security import HttpBearer

from borrowers.models import ApiToken
from borrowers.services import tokens
from collections_site.api import body
from collections_site.api.errors import CannotRead
from collections_site.lib import clock

logger = logging.getLogger(__name__)
MINUTE = 60.0


class Failures:
    """How many requests of the last minute had no key that opens; told at the 1st, 10th, 100th…"""

    def __init__(self, most: int = 100_000) -> None:
        self._lock = threading.Lock()
        self._seen: deque[float] = deque(maxlen=most)

    def add(self, now: float) -> int:
        """Count one at ``now`` (seconds); answer how many there were in the minute up to it."""
        with self._lock:
            self._seen.append(now)
            while self._seen[0] <= now - MINUTE:
                self._seen.popleft()
            return len(self._seen)


def worth_telling(count: int) -> bool:
    """The first, and every tenfold of it: a flood of guesses does not become a flood of lines."""
    return count > 0 and str(count).strip("0") == "1"


failures = Failures()


class Door(HttpBearer):
    """``Authorization: Bearer courtesy_…``: the key is live and opens ``scope``, the body is fit to read."""

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def __call__(self, request: HttpRequest) -> ApiToken:
        found: ApiToken | None = super().__call__(request)
        if found is None:
            self._tell(request)
            raise CannotRead(
                401,
                "no_key",
                "No live key came with the request.",
                "Send the header Authorization: Bearer and the key that was made for this system.",
            )
        if self.scope not in found.scopes:
            raise CannotRead(
                403,
                "scope",
                f"The key of {found.name} does not open {self.scope}.",
                f"Have a key made with the scope {self.scope}.",
            )
        if request.method == "POST":
            body.check(request)
        return found

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        return tokens.holder(token.strip())

    def _tell(self, request: HttpRequest) -> None:
        count = failures.add(clock.real_now().timestamp())
        if worth_telling(count):
            address = request.META.get("REMOTE_ADDR", "")
            logger.warning(
                "%s request(s) in the last minute without a key that opens, the last from %s",
                count,
                address,
            )
