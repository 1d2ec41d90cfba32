"""A really started carrier for tests: `with running_handset(tmp_path) as carrier`."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, cast
from urllib.parse import parse_qs

import requests

TWILIO_ACCOUNT_SID = "AC" + "0" * 32
TWILIO_AUTH_TOKEN = "a-token-for-tests"
GATEWAY_SECRET = "a-secret-for-tests"
NOBODY = "http://127.0.0.1:9"  # discard: nothing answers there
ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Handset:
    """A carrier process and its control interface."""

    process: subprocess.Popen[str]
    base_url: str
    var_dir: Path
    twilio_account_sid: str
    twilio_auth_token: str
    gateway_secret: str

    @property
    def port(self) -> int:
        """The port it took."""
        return int(self.base_url.rpartition(":")[2])

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """One control request; the JSON of its answer. Raises requests.HTTPError on 4xx, 5xx."""
        url = f"{self.base_url}/control/{path}"
        answer = requests.request(method, url, json=body, timeout=60)
        answer.raise_for_status()
        return answer.json()

    def fault(self, kind: str, to: str = "*", times: int | None = None) -> None:
        """Order a fault, see `faults.KINDS`."""
        self.call("POST", "faults", {"kind": kind, "to": to, "times": times})

    def behave(self) -> None:
        """Clear every fault and the answer delay."""
        self.call("DELETE", "faults")

    def delay(self, seconds: float) -> None:
        """Wait before every answer."""
        self.call("POST", "delay", {"seconds": seconds})

    def phone(self, number: str) -> dict[str, Any]:
        """One phone with all its texts."""
        return cast(dict[str, Any], self.call("GET", f"phones/{number}"))

    def reply(self, number: str, text: str) -> dict[str, Any]:
        """The phone answers; what the site's webhook said."""
        return cast(dict[str, Any], self.call("POST", f"phones/{number}/replies", {"text": text}))

    def idle(self) -> dict[str, Any]:
        """Wait until every receipt is posted or dropped; the figures then."""
        return cast(dict[str, Any], self.call("GET", "idle"))

    def ledger(self) -> list[dict[str, Any]]:
        """Every line on disk."""
        path = self.var_dir / "handset" / "ledger.jsonl"
        return [json.loads(line) for line in path.read_bytes().split(b"\n") if line]

    def texts(self, to: str = "") -> list[dict[str, Any]]:
        """The texts that reached phones, or one phone: the ground truth."""
        lines = [line for line in self.ledger() if line["kind"] == "text"]
        return [line for line in lines if line["to"] == to] if to else lines

    def stop(self, how: int = signal.SIGTERM) -> int:
        """End the process; its exit code. `signal.SIGKILL` to crash it."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.process.wait(timeout=20)


@contextmanager
def running_handset(
    tmp_path: Path,
    *,
    port: int = 0,
    public_url: str = NOBODY,
    pace: float = 0.0,
    twilio_account_sid: str = TWILIO_ACCOUNT_SID,
    twilio_auth_token: str = TWILIO_AUTH_TOKEN,
    gateway_secret: str = GATEWAY_SECRET,
) -> Iterator[Handset]:
    """A carrier on a free port with its ledger under `tmp_path`; stopped at the end.

    `public_url` is where replies are pushed; receipts go where each text says. Raises
    RuntimeError with the process's own words when it does not start.
    """
    command = [sys.executable, "-m", "collections_site.handset.server"]
    command += ["--port", str(port), "--var", str(tmp_path), "--pace", str(pace)]
    command += ["--public-url", public_url]
    environment = {
        **os.environ,
        "TWILIO_ACCOUNT_SID": twilio_account_sid,
        "TWILIO_AUTH_TOKEN": twilio_auth_token,
        "GATEWAY_SECRET": gateway_secret,
    }
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=(errors := (tmp_path / "handset.err").open("w+")),
    )
    assert process.stdout is not None
    try:
        said = process.stdout.readline()
        if not said:
            process.wait(timeout=20)
            errors.seek(0)
            raise RuntimeError(errors.read().strip())
        handset = Handset(
            process,
            f"http://127.0.0.1:{json.loads(said)['port']}",
            tmp_path,
            twilio_account_sid,
            twilio_auth_token,
            gateway_secret,
        )
        yield handset
        handset.stop()
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        process.stdout.close()
        errors.close()


@dataclass(frozen=True)
class Heard:
    """One webhook request as it came off the wire."""

    path: str
    headers: dict[str, str]  # names in lower case
    body: bytes

    @property
    def form(self) -> dict[str, list[str]]:
        """The body as a form, as Django's `dict(request.POST.lists())`."""
        return parse_qs(self.body.decode(), keep_blank_values=True)


class ListeningSite(ThreadingHTTPServer):
    """A site that only keeps what the carrier posts; `answers` are its next statuses, then 204."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Listen)
        self.heard: list[Heard] = []
        self.answers: list[int] = []

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Listen(BaseHTTPRequestHandler):
    server: ListeningSite

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.heard.append(Heard(self.path, headers, body))
        self.send_response(self.server.answers.pop(0) if self.server.answers else 204)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Keep test output quiet."""


@contextmanager
def listening_site() -> Iterator[ListeningSite]:
    """A site that keeps every webhook it is sent, for tests of what the carrier says."""
    site = ListeningSite()
    thread = Thread(target=site.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        site.shutdown()
        site.server_close()
        thread.join()
