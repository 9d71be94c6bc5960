"""Families that talk without pause to a bot that is killed again and again, and what became of it.

Each family answers a question as soon as it is asked; a reply that asks for something already
answered, or no reply at all, is an answer lost. Used by the kill test alone.
"""

import asyncio
import os
import random
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.telegram_child import ASKED, FILLED
from tests.support.telegram_stub import Message, TelegramStub

FAMILIES_AT_ONCE = 12
IN_FLIGHT = 4
FIRST_CHAT = 5000
PATIENCE = 20 * FAMILIES_AT_ONCE
"""Turns of others after which a family that heard nothing was forgotten."""

HANGS_SECONDS = 300
"""Nothing takes so long, however many share the machine."""


TALK: tuple[tuple[str, str], ...] = (
    ("", "/start"),
    ("学籍信息登记", "1"),
    *ASKED,
    (FILLED, "[都对，去签字确认]"),
    ("请写下您的姓名，作为签字", "李秀英"),
    ("已交给学校", ""),
)
"""What is asked, and what the family says to it."""


@dataclass(slots=True)
class Family:
    """One chat. `step` is the question it answers now; `update` its message under way."""

    chat: int
    step: int = 0
    update: int = 0
    is_waiting: bool = False
    said_at: float = 0.0
    turns_before: int = 0  # of all families when it said so

    @property
    def is_done(self) -> bool:
        return self.step == len(TALK) - 1


@dataclass(slots=True)
class Tally:
    """What the run showed."""

    kills: int = 0
    broken: int = 0  # kills that cut off at least one turn the bot had taken up
    turns_cut: int = 0
    turns: int = 0
    lost: int = 0  # answers the family saw confirmed, or Telegram saw acknowledged
    finished: list[int] = field(default_factory=list)


class Crowd:
    """All families of a run, so many at once."""

    def __init__(self, stub: TelegramStub, chats: Iterator[int], silence_seconds: float) -> None:
        self._stub = stub
        self._silence_seconds = silence_seconds
        self._chats = chats
        self._talking: dict[int, Family] = {}
        self.tally = Tally()
        self._is_ending = False
        self._all_done = asyncio.Event()
        stub.on_send = self._hear

    def begin(self) -> None:
        for _ in range(FAMILIES_AT_ONCE):
            self._next_family()

    async def end(self, wait_seconds: float) -> None:
        """No new family begins; those who talk come to their end."""
        self._is_ending = True
        async with asyncio.timeout(wait_seconds):
            while self._talking:
                self.notice_silence()
                await asyncio.sleep(0.05)

    def in_flight(self) -> int:
        """Turns the bot has fetched and not answered."""
        reached = self._stub.delivered
        return sum(one.is_waiting and one.update <= reached for one in self._talking.values())

    def notice_silence(self) -> None:
        """Whoever hears nothing though Telegram was told all is taken says it again."""
        for one in list(self._talking.values()):
            is_acknowledged = one.update <= self._stub.confirmed
            if one.is_waiting and is_acknowledged and self._is_forgotten(one):
                self.tally.lost += 1
                self._say(one)

    def _is_forgotten(self, one: Family) -> bool:
        """A busy machine makes a bot slow, and all wait: forgotten is who waits while the bot has
        fallen silent, or goes on answering the others.
        """
        quiet_since = max(one.said_at, self._stub.called_at)
        is_quiet = asyncio.get_running_loop().time() - quiet_since > self._silence_seconds
        return is_quiet or self.tally.turns - one.turns_before > PATIENCE

    def forgive_silence(self) -> None:
        """The bot has just begun anew: count from here."""
        now = asyncio.get_running_loop().time()
        for one in self._talking.values():
            one.said_at, one.turns_before = now, self.tally.turns

    def _hear(self, message: Message) -> None:
        one = self._talking.get(message.chat_id)
        if one is None:
            return
        expected = TALK[one.step + 1][0]
        if expected in message.text:
            if one.is_waiting:
                self.tally.turns += 1
                one.step += 1
                self._go_on(one, message)
            return
        if one.is_waiting and TALK[one.step][0] not in message.text:
            self.tally.lost += 1  # something answered long ago is asked again
        # Else the same question again: the answer is on its way, or silence will tell.

    def _go_on(self, one: Family, message: Message) -> None:
        if one.is_done:
            self.tally.finished.append(one.chat)
            del self._talking[one.chat]
            self._next_family()
            return
        self._say(one, message)

    def _say(self, one: Family, message: Message | None = None) -> None:
        words = TALK[one.step][1]
        one.is_waiting = True
        one.said_at, one.turns_before = asyncio.get_running_loop().time(), self.tally.turns
        if words.startswith("["):
            buttoned = (m for m in reversed(self._stub.chat(one.chat)) if m.markup)
            shown = message or next(buttoned)
            label = words.strip("[]")
            if label in shown.buttons:
                one.update = self._stub.press(shown, shown.buttons[label])
            else:  # it asks something else: an answer was lost
                self.tally.lost += 1
                one.update = self._stub.say(one.chat, label)
        else:
            one.update = self._stub.say(one.chat, words)

    def _next_family(self) -> None:
        if self._is_ending:
            return
        one = Family(next(self._chats))
        self._talking[one.chat] = one
        one.is_waiting = True
        one.said_at, one.turns_before = asyncio.get_running_loop().time(), self.tally.turns
        one.update = self._stub.say(one.chat, TALK[0][1])


class Bots:
    """One bot after the other over the same home."""

    def __init__(self, parent: asyncio.subprocess.Process) -> None:
        self._parent = parent
        self.number = 0

    @classmethod
    async def ready(cls, kind: str, address: str, home: Path) -> "Bots":
        return cls(
            await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.support.telegram_child", kind, address, str(home),
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            )
        )  # fmt: skip

    async def start(self) -> None:
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        self._parent.stdin.write(b"\n")
        self.number = int(await self._parent.stdout.readline())

    def kill(self) -> None:
        os.kill(self.number, signal.SIGKILL)

    async def end(self) -> None:
        """The last one is stopped in order."""
        assert self._parent.stdin is not None
        self._parent.stdin.close()
        await self._parent.wait()


async def kill_and_restart(
    kind: str, home: Path, chats: Iterator[int], *, kills: int, silence_seconds: float
) -> Tally:
    """Kill a bot so many times while at least `IN_FLIGHT` turns are under way.

    A message that was acknowledged and not answered, although the bot has said nothing to anybody
    for `silence_seconds` or much to others, counts as lost; the first one lost ends the run.
    """
    chance = random.Random(kills)
    async with TelegramStub(keeps_calls=False) as stub:
        crowd = Crowd(stub, chats, silence_seconds)
        bots = await Bots.ready(kind, stub.address, home)
        try:
            await bots.start()
            crowd.begin()
            while crowd.tally.kills < kills and not crowd.tally.lost:
                await _until_busy(crowd, chance)
                under_way = crowd.in_flight()
                bots.kill()
                crowd.tally.kills += 1
                crowd.tally.broken += under_way > 0
                crowd.tally.turns_cut += under_way
                await bots.start()
                crowd.forgive_silence()
            if not crowd.tally.lost:
                await crowd.end(HANGS_SECONDS)
        finally:
            await bots.end()
        assert stub.faults == []
    return crowd.tally


async def _until_busy(crowd: Crowd, chance: random.Random) -> None:
    """A random while of talk, then the first moment with enough turns in flight."""
    turns = crowd.tally.turns + FAMILIES_AT_ONCE
    async with asyncio.timeout(HANGS_SECONDS):
        while crowd.tally.turns < turns and not crowd.tally.lost:
            crowd.notice_silence()
            await asyncio.sleep(0.002)
        await asyncio.sleep(chance.uniform(0.0, 0.25))
        while crowd.in_flight() < IN_FLIGHT and not crowd.tally.lost:
            crowd.notice_silence()
            await asyncio.sleep(0.0005)
