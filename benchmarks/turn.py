"""A turn beside the least that could be done: what durability, sealing and the dialogue cost.

Telegram: from a message lying ready at the Bot API to the reply arriving there, in a process of
its own, over loopback; the peer is the library's stock echo, which keeps nothing. Chats are
served one after the other (`sequential`) and fifty at a time (`interleaved`).

Web: from the request to the whole answer; the peer reads a form and commits one row. Start: from
the command to the first page; the peer imports the same modules of other people, and nothing else.
"""

import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.request import urlopen

from aiohttp import ClientSession, CookieJar

from benchmarks.rows import Row, measures, workplace
from tests.support.site import Browser
from tests.support.telegram_child import ASKED, FILLED, found
from tests.support.telegram_stub import Message, TelegramStub

FIRST_CHAT = 100_000
FAMILIES = 48
BLOCKS = 4
PAGES = 30
STARTS = 5
WAIT_SECONDS = 60
TALK = tuple(said for _, said in ASKED)
"""What a parent writes: every message is an answer, and the next question the reply."""

NEXT = (*(question for question, _ in ASKED[1:]), FILLED)
"""What the reply to each must ask, or it is not the turn this measures."""

BEFORE = ("/start", "1")
"""How a parent opens the paper; not measured."""


class Talker:
    """Plays the families: says the next thing in a chat and waits for the reply."""

    def __init__(self, stub: TelegramStub) -> None:
        self._stub = stub
        self._waiting: dict[int, asyncio.Future[Message]] = {}
        stub.on_send = self._hear

    async def say(self, chat: int, text: str, expected: str = "") -> float:
        """Milliseconds until the reply, which must hold what was expected."""
        begin = time.perf_counter()
        reply = await self._reply(chat, lambda: self._stub.say(chat, text))
        lasted = (time.perf_counter() - begin) * 1000
        assert expected in reply.text, f"{expected!r} was not asked after {text!r}: {reply.text}"
        return lasted

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


async def _one_after_the_other(
    talker: Talker, chats: Sequence[int], replies: Sequence[str]
) -> list[float]:
    talk = tuple(zip(TALK, replies, strict=True))
    return [await talker.say(chat, text, asks) for chat in chats for text, asks in talk]


async def _all_together(talker: Talker, chats: Sequence[int]) -> float:
    """Milliseconds per turn when every chat talks at once."""

    async def talk(chat: int) -> None:
        for text, asks in zip(TALK, NEXT, strict=True):
            await talker.say(chat, text, asks)

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
        await _one_after_the_other(mine, [warm], NEXT)
        await _one_after_the_other(peer, [warm], TALK)
        for block in range(BLOCKS):
            # In turns, so that a noisy minute of the machine is nobody's.
            part = chats[block::BLOCKS]
            ours += await _one_after_the_other(mine, part, NEXT)
            echo += await _one_after_the_other(peer, part, TALK)
        together = await _all_together(mine, crowd)
    return statistics.median(ours), statistics.median(echo), together


@asynccontextmanager
async def server(kind: str, home: Path) -> AsyncIterator[tuple[str, list[str]]]:
    """Its address, and the families' ways in."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.turn_pages", kind, str(home),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=1 << 20,
    )  # fmt: skip
    try:
        assert child.stdout is not None
        told = json.loads(await child.stdout.readline())
        yield told["address"], told["doors"]
    finally:
        assert child.stdin is not None
        child.stdin.close()
        await child.wait()


async def _timed_post(browser: Browser, fields: Mapping[str, str]) -> float:
    """Milliseconds from the request to the whole answer."""
    headers = {"Origin": browser.address, "X-Fragment": "1"}
    begin = time.perf_counter()
    async with browser.session.post("/chat", data=fields, headers=headers) as response:
        browser.page = await response.text()
    lasted = (time.perf_counter() - begin) * 1000
    assert response.status == 200
    return lasted


async def _web(home: Path) -> tuple[float, float]:
    """Milliseconds: an answer on our page, and the bare one."""
    found(home, range(FIRST_CHAT, FIRST_CHAT + PAGES))
    ours: list[float] = []
    bare: list[float] = []
    async with (
        server("chat", home) as (address, doors),
        server("bare", home) as (bare_address, _),
        ClientSession(bare_address) as plain,
    ):
        for door in doors:
            async with ClientSession(address, cookie_jar=CookieJar(unsafe=True)) as session:
                browser = Browser(session, address)
                await browser.come_in(door)
                await browser.press("开始填")
                for text, asks in zip(TALK, NEXT, strict=True):
                    csrf = {"csrf": browser.hidden("csrf")}
                    ours.append(await _timed_post(browser, csrf | browser.keys() | {"text": text}))
                    assert asks in browser.page, f"{asks!r} was not asked after {text!r}"
                    bare.append(await _timed_post(Browser(plain, bare_address), {"text": text}))
    return statistics.median(ours), statistics.median(bare)


def _start(home: Path) -> tuple[float, float]:
    """Milliseconds: until `xueji serve` answers, and to import what it imports of others."""
    found(home, [FIRST_CHAT])
    modules = _run("import sys, xueji.server, xueji.rooms; print(*sys.modules)").split()
    ours_alone = ("registry", "conversations", "storage", "documents", "web", "bot", "admin")
    others = [
        name
        for name in modules
        if name.partition(".")[0] not in (*ours_alone, "locales", "xueji", "__main__")
        and all(part.isidentifier() for part in name.split("."))
    ]
    importing = _importing(others)
    _run(importing)
    times = [(_until_ready(home), _lasts(importing)) for _ in range(STARTS)]
    return statistics.median(t for t, _ in times), statistics.median(t for _, t in times)


def _importing(modules: Sequence[str]) -> str:
    lines = ["from importlib import import_module", "from contextlib import suppress"]
    lines += [f"names = {list(modules)!r}", "for name in names:"]
    lines += ["    with suppress(ImportError): import_module(name)"]
    return "\n".join(lines)


def _run(code: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout


def _lasts(code: str) -> float:
    begin = time.perf_counter()
    _run(code)
    return (time.perf_counter() - begin) * 1000


def _until_ready(home: Path) -> float:
    with socket.socket() as ear:
        ear.bind(("127.0.0.1", 0))
        port = ear.getsockname()[1]
    env = {**os.environ, "XUEJI_HOME": str(home), "XUEJI_BIND": f"127.0.0.1:{port}"}
    begin = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, "-m", "xueji", "serve"],
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while True:
            with suppress(OSError), urlopen(f"http://127.0.0.1:{port}/healthz") as page:
                assert page.status == 200
                return (time.perf_counter() - begin) * 1000
            assert child.poll() is None, "xueji serve ended"
            time.sleep(0.005)
    finally:
        child.terminate()
        child.wait()


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
    with workplace() as directory:
        answer, bare = asyncio.run(_web(Path(directory) / "home"))
    yield Row(
        name="turn.web.answer",
        ours=answer,
        unit="ms",
        peer="bare POST and one durable commit",
        peer_value=bare,
        goal=2.0,
        durable=True,
    )
    with workplace() as directory:
        start, imports = _start(Path(directory) / "home")
    yield Row(
        name="turn.start",
        ours=start,
        unit="ms",
        peer="importing the same libraries",
        peer_value=imports,
        goal=1.3,
    )
