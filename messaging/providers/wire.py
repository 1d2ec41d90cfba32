"""HTTP that can prove whether a request left the building.

Whether a failed request may be tried again rests on one fact: had the connection been made when it
failed? Exception types do not tell (an SSLError can come before the first byte or in the middle of
the answer), so the connections themselves take note.
"""

import logging
import threading
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.cookies import RequestsCookieJar
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from collections_site.lib.loopback import is_loopback
from messaging.providers.base import LONGEST_CODE, NotSent, Unknown

TIMEOUT = 10.0  # seconds to connect, and between two reads
LONGEST_WAIT = 3600.0  # seconds of Retry-After that we believe

# At DEBUG urllib3 logs addresses, and the address of a list query holds a phone number.
logging.getLogger("urllib3").setLevel(logging.INFO)


class _Call(threading.local):
    """What is known of the request this thread is making."""

    left = False
    retry_after: float | None = None


_call = _Call()


class _Http(HTTPConnection):
    def connect(self) -> None:
        super().connect()
        _call.left = True

    def request(self, *args: Any, **options: Any) -> None:
        if self.sock is not None:
            _call.left = True
        super().request(*args, **options)


class _Https(HTTPSConnection):
    def connect(self) -> None:
        super().connect()  # ends after the certificate is checked
        _call.left = True

    def request(self, *args: Any, **options: Any) -> None:
        if self.sock is not None:
            _call.left = True
        super().request(*args, **options)


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _Http


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _Https


class _Adapter(HTTPAdapter):
    """No retries, and connections that take note."""

    def __init__(self, threads: int) -> None:
        super().__init__(pool_connections=1, pool_maxsize=threads, max_retries=0)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}

    def proxy_manager_for(self, *args: Any, **options: Any) -> Any:
        manager = super().proxy_manager_for(*args, **options)
        manager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}
        return manager


class _NoCookies(RequestsCookieJar):
    """The threads of a batch share one session; a jar would be shared state, and none is needed."""

    def set_cookie(self, *args: Any, **options: Any) -> None:
        """Keep nothing."""


class Wire:
    """The connections of one batch to one provider, for `threads` threads at once.

    They are reused within the batch only: one that has idled may be dead, and sending on it would
    leave the outcome unknown.
    """

    def __init__(self, base_url: str, *, threads: int) -> None:
        self._session = requests.Session()
        self._session.cookies = _NoCookies()
        # A proxy named in the environment is for the world outside, not for this machine.
        self._session.trust_env = not is_loopback(base_url)
        adapter = _Adapter(threads)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)

    def start(self) -> None:
        """Forget this thread's last request; call before each."""
        _call.left = False
        _call.retry_after = None

    def request(self, method: str, url: str, **options: Any) -> requests.Response:
        """One request, at most once, no redirects. Raises requests.RequestException."""
        options |= {"timeout": TIMEOUT, "allow_redirects": False}
        answer = self._session.request(method, url, **options)
        _call.retry_after = _seconds(answer.headers.get("Retry-After", ""))
        return answer

    @property
    def retry_after(self) -> float | None:
        """Seconds the answer to this thread's last request asked us to wait."""
        return _call.retry_after

    def judge(self, error: Exception) -> NotSent | Unknown:
        """What an error means for the text of this thread's request.

        Before the connection stood: not sent, or a bug of ours, which is raised. After: unknown,
        whatever it was.
        """
        code = type(error).__name__[:LONGEST_CODE]
        if _call.left:
            return Unknown(code)
        if isinstance(error, (requests.RequestException, HTTPError)):
            return NotSent(code)
        raise error

    def close(self) -> None:
        """Close every connection."""
        self._session.close()


def _seconds(header: str) -> float | None:
    """A Retry-After header: seconds; dates are rare and need two clocks to agree, so not believed."""
    try:
        seconds = float(header)
    except ValueError:
        return None
    return seconds if 0 <= seconds <= LONGEST_WAIT else None
