"""Processes that we start: each in a session of its own, none outlives us."""

import ctypes
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

PR_SET_PDEATHSIG = 1  # linux/prctl.h


class Child:
    """A process and all that it starts.

    Signals for a graceful end go to the main process alone, which knows what its own children are
    doing; only what must go at once is sent to the whole group. When we are killed, the kernel asks
    the main process to end (on Linux; elsewhere it must be stopped by hand).
    """

    def __init__(self, name: str, argv: Sequence[str], env: Mapping[str, str]) -> None:
        self.name = name
        self._argv = list(argv)
        self._env = dict(env)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The main process, while there is one."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start the process; raises OSError when that cannot be done."""
        self._process = subprocess.Popen(
            self._argv,
            env=self._env,
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr,  # what we say ourselves stays readable by machines
            start_new_session=True,
            preexec_fn=_die_with(os.getpid()),
        )

    def has_ended(self) -> bool:
        """Whether the main process is gone. It is not yet reaped, so its number still names its group."""
        if self._process is None:
            return True
        return bool(os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT))

    def ask_to_end(self) -> None:
        """Tell the main process alone to finish what it does and end."""
        if not self.has_ended():
            os.kill(self._pid(), signal.SIGTERM)

    def clear(self) -> int:
        """Kill whatever is left of the group, and answer the main process's exit status.

        0 when nothing had been started.
        """
        if self._process is None:
            return 0
        # Nobody may be left, or nobody but the ended main process, which macOS calls not permitted.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        status = self._process.wait()
        self._process = None
        return status

    def _pid(self) -> int:
        if self._process is None:
            raise ProcessLookupError(self.name)
        return self._process.pid


def _die_with(parent: int) -> Callable[[], None] | None:
    """For the child, before it becomes another program: end when ``parent`` does."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None, use_errno=True)

    def arrange() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died before we could ask
            os._exit(1)

    return arrange


class Signals:
    """Wakes a loop that sleeps when a signal arrives, and remembers how often it was asked to stop."""

    def __init__(self) -> None:
        self.stops = 0
        self._reading, self._writing = os.pipe()
        for end in (self._reading, self._writing):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(self._writing, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def _stop(self, *_: object) -> None:
        self.stops += 1

    def sleep(self, seconds: float) -> None:
        """Return after so many seconds, or as soon as a signal arrived."""
        select.select([self._reading], [], [], seconds)
        with suppress(BlockingIOError):
            os.read(self._reading, 4096)
