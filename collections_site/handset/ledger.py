"""The ground truth: a JSON line for each event at a phone, on disk before any answer."""

import asyncio
import fcntl
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Line = dict[str, Any]


class LedgerBusy(Exception):
    """Another process writes this ledger."""


class Ledger:
    """An append-only file of JSON lines.

    `append` returns when the line is on disk. Lines that arrive while the disk is busy share the
    next fsync, so a thousand texts a second cost a few dozen fsyncs.
    """

    def __init__(self, path: Path) -> None:
        """Open, lock and trim the file at `path`; raises LedgerBusy."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("a+b", buffering=0)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._file.close()
            raise LedgerBusy(f"Another simulated carrier writes {path}; stop it first.") from error
        self._trim()
        self._pending: list[tuple[bytes, asyncio.Future[None]]] = []
        self._flushing: asyncio.Task[None] | None = None

    def _trim(self) -> None:
        """Cut off a last line that a killed process left half written; it was never answered."""
        size = self._file.seek(0, os.SEEK_END)
        keep = size
        while keep:
            start = max(0, keep - 65_536)
            self._file.seek(start)
            newline = self._file.read(keep - start).rfind(b"\n")
            if newline >= 0:
                keep = start + newline + 1
                break
            keep = start
        if keep != size:
            self._file.truncate(keep)

    def lines(self) -> Iterator[Line]:
        """Every line, oldest first; for the start, before the first `append`."""
        with open(self._file.name, "rb") as file:
            for raw in file:
                yield json.loads(raw)

    async def append(self, line: Line) -> None:
        """Write one line and wait until it is on disk; raises OSError when the disk refuses."""
        raw = json.dumps(line, ensure_ascii=False).encode() + b"\n"
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._pending.append((raw, done))
        if self._flushing is None:
            self._flushing = asyncio.create_task(self._flush())
        # A caller that goes away must not take the line of the others with it.
        await asyncio.shield(done)

    async def _flush(self) -> None:
        while self._pending:
            batch, self._pending = self._pending, []
            error: OSError | None = None
            try:
                await asyncio.to_thread(self._write, b"".join(raw for raw, _ in batch))
            except OSError as refused:
                error = refused
            for _, done in batch:
                if error is None:
                    done.set_result(None)
                else:
                    done.set_exception(error)
        self._flushing = None

    def _write(self, raw: bytes) -> None:
        view = memoryview(raw)
        while view:
            view = view[self._file.write(view) :]
        os.fsync(self._file.fileno())

    async def close(self) -> None:
        """Finish what is being written and let go of the file."""
        while self._flushing is not None:
            await asyncio.shield(self._flushing)
        self._file.close()
