"""What runs beside the pages for as long as the program does: one row a loop.

A loop that fails is started again after a while and says so in the log; it never takes the
program with it. Called by the server.
"""

import asyncio
from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Protocol

import structlog

from bot.channels import Channel
from bot.sender import Sender
from registry.frozen import frozen
from web.house import House
from xueji.settings import ProcessSettings
from xueji.work import run as run_jobs

FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 60.0

_log = structlog.get_logger("xueji")


@frozen
class Loop:
    """One of them. `run` returns only when it is cancelled."""

    name: str
    run: Callable[[], Awaitable[None]]


class Messenger(Channel, Protocol):
    """A channel that also listens."""

    async def run(self) -> None:
        """Until cancelled."""
        ...


def loops(house: House, settings: ProcessSettings) -> tuple[Loop, ...]:
    """Every loop of this installation."""
    messengers = _messengers(house, settings)
    sender = Sender(house, messengers)
    return (
        Loop("jobs", lambda: run_jobs(house)),
        Loop("notices", sender.run),
        *(Loop(messenger.name, messenger.run) for messenger in messengers),
    )


async def keep_running(loop: Loop, pause_seconds: float = FIRST_PAUSE_SECONDS) -> None:
    """Until cancelled; each failure in a row doubles the pause."""
    pause = pause_seconds
    while True:
        started = asyncio.get_running_loop().time()
        try:
            await loop.run()
        except Exception:
            # The edge of a loop: whatever it was, the others go on and this one tries again.
            _log.exception("loop.failed", loop=loop.name)
        lasted = asyncio.get_running_loop().time() - started
        pause = pause_seconds if lasted > LONGEST_PAUSE_SECONDS else pause
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE_SECONDS)


def _messengers(house: House, settings: ProcessSettings) -> tuple[Messenger, ...]:
    """By name, so that their libraries are loaded only where they are used."""
    if settings.telegram_token is None:
        return ()
    opened: tuple[Messenger, ...] = import_module("xueji.messengers").open_messengers(
        house, settings
    )
    return opened
