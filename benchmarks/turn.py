"""A turn beside the least that could be done: what durability, sealing and the dialogue cost.

Telegram: from a message lying ready at the Bot API to the reply arriving there, in a process of
its own, over loopback; the peer is the library's stock echo, which keeps nothing. Chats are
served one after the other (`sequential`) and fifty at a time (`interleaved`).
"""

import asyncio
import statistics
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from benchmarks.rows import Row, measures, workplace
from tests.support.telegram_child import found
from tests.support.telegram_stub import Message, TelegramStub

FIRST_CHAT = 100_000
FAMILIES = 48
BLOCKS = 4
WAIT_SECONDS = 60
TALK = (
    "1", "我知道了，在这里填", "对", "有", "９９９９ 9920 1803 1200 22", "对", "对", "汉族",
    "没有写农业或非农业", "向阳县东风镇和平路8号", "对", "139 0000 0000", "没有", "没上过",
)  # fmt: skip
"""What a parent writes: every message is an answer, and the next question the reply."""

BEFORE = ("/start", "1")
"""How a parent opens the paper; not measured."""


class Talker:
    """Plays the families: says the next thing in a chat and waits for the reply."""

    def __init__(self, stub: TelegramStub) -> None:
        self._stub = stub
        self._waiting: dict[int, asyncio.Future[Message]] = {}
        stub.on_send = self._hear

    async def say(self, chat: int, text: str) -> float:
        """Milliseconds until the reply."""
        begin = time.perf_counter()
        await self._reply(chat, lambda: self._stub.say(chat, text))
        return (time.perf_counter() - begin) * 1000

    async def begin(self, chat: int) -> None:
        """Open the paper."""
        for text in BEFORE:
            await self.say(chat, text)

    async def _reply(self, chat: int, act: Callable[[], object]) -> Message:
        reply: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._waiting[chat] = reply
        act()
        async with asyncio.timeout(WAIT_SECONDS):
            return await reply

    def _hear(self, message: Message) -> None:
        reply = self._waiting.pop(message.chat_id, None)
        if reply is not None and not reply.done():
            reply.set_result(message)


@asynccontextmanager
async def bot(kind: str, home: Path) -> AsyncIterator[Talker]:
    """One of the two, running and warm."""
    async with TelegramStub(keeps_calls=False, has_house_rules=kind == "ours") as stub:
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "benchmarks.turn_bots", kind, stub.address, str(home),
            stdin=asyncio.subprocess.PIPE,
        )  # fmt: skip
        try:
            yield Talker(stub)
        finally:
            if child.stdin is not None:
                child.stdin.close()
            await child.wait()


async def _one_after_the_other(talker: Talker, chats: Sequence[int]) -> list[float]:
    return [await talker.say(chat, text) for chat in chats for text in TALK]


async def _all_together(talker: Talker, chats: Sequence[int]) -> float:
    """Milliseconds per turn when every chat talks at once."""

    async def talk(chat: int) -> None:
        for text in TALK:
            await talker.say(chat, text)

    begin = time.perf_counter()
    await asyncio.gather(*map(talk, chats))
    return (time.perf_counter() - begin) * 1000 / len(TALK) / len(chats)


async def _telegram(home: Path) -> tuple[float, float, float]:
    """Milliseconds: our turn and the echo, one by one; our turn, fifty families together."""
    chats = range(FIRST_CHAT, FIRST_CHAT + FAMILIES)
    crowd = range(FIRST_CHAT + FAMILIES, FIRST_CHAT + FAMILIES + 50)
    warm = FIRST_CHAT + FAMILIES + 50
    found(home, [*chats, *crowd, warm])
    ours: list[float] = []
    echo: list[float] = []
    async with bot("ours", home) as mine, bot("echo", home) as peer:
        for chat in (*chats, *crowd, warm):
            await mine.begin(chat)
        await _one_after_the_other(mine, [warm])
        await _one_after_the_other(peer, [warm])
        for block in range(BLOCKS):
            # In turns, so that a noisy minute of the machine is nobody's.
            part = chats[block::BLOCKS]
            ours += await _one_after_the_other(mine, part)
            echo += await _one_after_the_other(peer, part)
        together = await _all_together(mine, crowd)
    return statistics.median(ours), statistics.median(echo), together


@measures("turn")
def turns() -> Iterator[Row]:
    with workplace() as directory:
        ours, echo, together = asyncio.run(_telegram(Path(directory) / "home"))
    yield Row(
        name="turn.telegram.sequential",
        ours=ours,
        unit="ms",
        peer="stock echo, keeps nothing",
        peer_value=echo,
        goal=1.0,
        durable=True,
    )
    yield Row(
        name="turn.telegram.interleaved",
        ours=together,
        unit="ms",
        peer="stock echo, keeps nothing",
        peer_value=echo,
        durable=True,
    )
