"""What runs beside the pages for as long as the program does: one row a loop.

A loop that fails is started again after a while and says so in the log; it never takes the
program with it. Called by the server.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from web.house import House
from xueji.settings import ProcessSettings
from xueji.work import run as run_jobs

FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 60.0

_log = structlog.get_logger("xueji")


@dataclass(frozen=True, slots=True)
class Loop:
    """One of them. `run` returns only when it is cancelled."""

    name: str
    run: Callable[[], Awaitable[None]]


def loops(house: House, settings: ProcessSettings) -> tuple[Loop, ...]:
    """Every loop of this installation."""
    return (Loop("jobs", lambda: run_jobs(house)),)


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
