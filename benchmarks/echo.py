"""The yardstick of one message: python-telegram-bot's stock echo over loopback.

It keeps nothing. Measured once in a run and shared by every row that is told in echoes.
"""

import asyncio
import statistics
from functools import cache
from pathlib import Path

from benchmarks.rows import workplace
from benchmarks.turn import bot

CHAT = 900_000
WARM, MEASURED = 30, 200


@cache
def echo_ms() -> float:
    """Median milliseconds from a message lying ready at the Bot API to its echo arriving there."""
    with workplace() as directory:
        return asyncio.run(_measure(Path(directory) / "home"))


async def _measure(home: Path) -> float:
    async with bot("echo", home) as talker:
        for _ in range(WARM):
            await talker.say(CHAT, "1")
        return statistics.median([await talker.say(CHAT, "1") for _ in range(MEASURED)])
