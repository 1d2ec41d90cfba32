"""The simulated carrier as a process: no database, no Django, only on this machine."""

import argparse
import asyncio
import errno
import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler

from collections_site.handset.carrier import Carrier, from_line
from collections_site.handset.config import HandsetConfig
from collections_site.handset.control import Control
from collections_site.handset.exchange import Exchange
from collections_site.handset.gateway_wire import GatewayWire
from collections_site.handset.ledger import Ledger, LedgerBusy
from collections_site.handset.twilio_wire import TwilioWire
from collections_site.lib.loopback import is_loopback

HOST = "127.0.0.1"


class CannotStart(Exception):
    """The carrier cannot run here; the text says why and what to do."""


@web.middleware
async def only_this_machine(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse names of other hosts, so that no web page can reach the phones by rebinding DNS."""
    if not is_loopback(f"http://{request.host}"):
        return web.Response(status=403, text="Only for this machine.")
    return await handler(request)


def build(config: HandsetConfig, ledger: Ledger) -> tuple[web.Application, Exchange]:
    """The application, with the phones as the ledger left them."""
    carrier = Carrier([config.twilio_number, config.gateway_number])
    for line in ledger.lines():
        carrier.add(from_line(line))
    exchange = Exchange(config, carrier, ledger)
    twilio, gateway = TwilioWire(exchange), GatewayWire(exchange)
    control = Control(exchange, {"twilio": twilio, "gateway": gateway})
    app = web.Application(middlewares=[only_this_machine])
    app.add_routes([*twilio.routes(), *gateway.routes(), *control.routes()])
    return app, exchange


async def serve(config: HandsetConfig, ready: Callable[[int], None]) -> None:
    """Serve until SIGTERM or SIGINT; `ready` is called with the port. Raises CannotStart."""
    try:
        ledger = Ledger(config.ledger_path)
    except LedgerBusy as error:
        raise CannotStart(str(error)) from error
    app, exchange = build(config, ledger)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        site = web.TCPSite(runner, HOST, config.port, backlog=1024)
        try:
            await site.start()
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            raise CannotStart(
                f"Port {config.port} is in use; stop what uses it or set HANDSET_PORT."
            ) from error
        ready(runner.addresses[0][1])
        await stop.wait()
    finally:
        exchange.closing.set()
        await runner.cleanup()
        await exchange.close()


def run(config: HandsetConfig, ready: Callable[[int], None]) -> None:
    """Serve in the foreground; returns after SIGTERM or SIGINT. Raises CannotStart."""
    asyncio.run(serve(config, ready))


def main(argv: list[str] | None = None) -> int:
    """`python -m collections_site.handset.server`; secrets come from the environment."""
    parser = argparse.ArgumentParser(description="A simulated carrier with phones in it.")
    parser.add_argument("--port", type=int, default=8001, help="0 takes a free one")
    parser.add_argument("--var", type=Path, default=Path("var"))
    parser.add_argument("--public-url", default="http://127.0.0.1:8000")
    parser.add_argument("--pace", type=float, default=0.2, help="seconds between two receipts")
    given = parser.parse_args(argv)
    try:
        config = HandsetConfig(
            port=given.port,
            var_dir=given.var,
            public_url=given.public_url.rstrip("/"),
            twilio_account_sid=os.environ.get("TWILIO_ACCOUNT_SID", ""),
            twilio_auth_token=os.environ.get("TWILIO_AUTH_TOKEN", ""),
            gateway_secret=os.environ.get("GATEWAY_SECRET", ""),
            pace=given.pace,
        )
        run(config, lambda port: print(json.dumps({"port": port}), flush=True))
    except (CannotStart, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
