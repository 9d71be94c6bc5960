"""`xueji serve`: one process that joins chat, panel and loops until it is told to stop.

Stopping drains: no new connection, the streams end, requests under way are answered, what was
taken is written. `demo` runs the same server over an invented school.
"""

import asyncio
import logging
import signal
import socket
from argparse import Namespace
from collections.abc import Callable, Coroutine
from contextlib import suppress

import structlog
from aiohttp import web

from registry.problems import RuleError
from web.app import make_app
from web.house import House
from xueji import memory
from xueji.access import AccessLog
from xueji.behind_proxy import behind_proxy
from xueji.console import Console
from xueji.demo_doors import read_doors, renew, renewing
from xueji.logs import log_lost_task
from xueji.loops import Loop, keep_running, loops
from xueji.opening import open_house, require_founded
from xueji.rooms import rooms
from xueji.settings import ProcessSettings, require_private

DRAIN_SECONDS = 3.0
"""How long requests under way may take once the program was told to stop."""

Ready = Callable[[House], Coroutine[object, object, None]]
_log = structlog.get_logger("xueji")


def run(_: Namespace, settings: ProcessSettings, console: Console) -> int:
    """0 after an orderly stop. Raises: RuleError `cli.…` with what is in the way."""

    async def announce(house: House) -> None:
        console.say("cli.ready", {"address": house.address})

    open_and_serve(settings, announce)
    console.say("cli.stopped")
    return 0


def open_and_serve(settings: ProcessSettings, ready: Ready) -> None:
    """Take the port, open the house, serve; `ready` is run once everything answers."""
    require_private(settings)
    require_founded(settings)
    with listening(settings) as ear:
        address = settings.address_at(ear.getsockname()[1])
        with open_house(settings, address) as house:
            asyncio.run(serve(house, settings, ear, ready))


def listening(settings: ProcessSettings) -> socket.socket:
    """The port, taken before anything else is opened. Raises: RuleError `cli.port_taken`."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    ear = socket.socket(family, socket.SOCK_STREAM)
    ear.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        ear.bind((settings.host, settings.port))
    except OSError:
        ear.close()
        raise RuleError("cli.port_taken", {"bind": settings.bind}) from None
    return ear


async def serve(house: House, settings: ProcessSettings, ear: socket.socket, ready: Ready) -> None:
    """Until SIGINT or SIGTERM."""
    asyncio.get_running_loop().set_exception_handler(log_lost_task)
    stop = _told_to_stop()
    runner = web.AppRunner(
        make_server_app(house, settings),
        access_log=logging.getLogger("access"),
        access_log_class=AccessLog,
        shutdown_timeout=DRAIN_SECONDS,
        keepalive_timeout=30,
    )
    await runner.setup()
    await web.SockSite(runner, ear).start()
    running = _start(loops(house, settings))
    _log.info("server.started", port=ear.getsockname()[1], demonstration=house.is_demo)
    if house.is_demo:
        await renew(house, read_doors(settings))
    memory.settle()
    await ready(house)
    await stop.wait()
    _log.info("server.stopping")
    await runner.cleanup()
    await _end(running)
    _log.info("server.stopped")


def make_server_app(house: House, settings: ProcessSettings) -> web.Application:
    """All rooms under the gate, the proxy before it."""
    app = make_app(house, *rooms())
    if house.is_demo:
        app.middlewares.insert(0, renewing(house, read_doors(settings)))
    if settings.proxies:
        middleware = behind_proxy(settings.proxies, is_open=not settings.is_loopback)
        app.middlewares.insert(0, middleware)

    async def end_streams(_: web.Application) -> None:
        house.news.close()

    app.on_shutdown.append(end_streams)
    return app


def _told_to_stop() -> asyncio.Event:
    """Set by the first signal; the second one ends the process as usual."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def tell() -> None:
        stop.set()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, tell)
    return stop


def _start(loops: tuple[Loop, ...]) -> tuple[asyncio.Task[None], ...]:
    return tuple(asyncio.create_task(keep_running(loop), name=loop.name) for loop in loops)


async def _end(running: tuple[asyncio.Task[None], ...]) -> None:
    for task in running:
        task.cancel()
    for task in running:
        with suppress(asyncio.CancelledError):
            await task
