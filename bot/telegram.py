"""Telegram as a second door to the same draft: updates in, turns taken, replies out.

An update is stored, sealed, before the offset that acknowledges it is sent; what a crash left is
answered first. Each chat has its own order and waits for no other. Run by the server when a
token is set; `bot.telegram_chats` says what is done with each kind of update.
"""

import asyncio
import json
import logging
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from telegram.error import Conflict as TwoPollers
from telegram.error import InvalidToken, RetryAfter, TelegramError

from bot.channels import SendFailed
from bot.telegram_api import TelegramApi
from bot.telegram_chats import CHANNEL, Chats
from bot.telegram_layout import lay_plain
from bot.telegram_updates import Arrived, Kind, read
from locales import say
from storage import inbox
from storage.faults import StorageError
from storage.inbox import Received
from storage.unit import Unit
from web.house import House

FIRST_PAUSE_SECONDS: Final = 0.5
LONGEST_PAUSE_SECONDS: Final = 30.0
QUIET_SECONDS: Final = 1.0
"""After so much silence a chat is tidied, and marks waiting for a commit get one of their own."""

DRAIN_SECONDS: Final = 5.0
MAX_TRIES: Final = 3
ALL_WAITING: Final = 100_000
COMMANDS: Final = ("continue", "summary", "status", "help", "language")
TELEGRAM_LANGUAGES: Final = {"zh_Hans": "zh", "en": ""}  # "" = everybody else

_encode: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_log = logging.getLogger("bot")


@dataclass(slots=True)
class _Queue:
    """The updates of one chat, in order, and who works them off."""

    waiting: deque[Arrived] = field(default_factory=deque)
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    worker: asyncio.Task[None] | None = None


class Telegram:
    """One bot. `run` until cancelled; `deliver` makes it a channel of the sender's."""

    name = CHANNEL

    def __init__(
        self, house: House, api: TelegramApi, *, quiet_seconds: float = QUIET_SECONDS
    ) -> None:
        self._house = house
        self._api = api
        self._chats = Chats(house, api)
        self._queues: dict[int, _Queue] = {}
        self._answered: list[str] = []  # updates whose mark travels with the next commit
        self._newest = 0  # no update with a higher number was here before
        self._quiet_seconds = quiet_seconds
        self._is_closing = False

    @property
    def user_name(self) -> str:
        """Of the bot, for links that open it."""
        return self._api.name

    async def run(self) -> None:
        """Raises: `InvalidToken` when Telegram does not know the token."""
        self._is_closing = False
        try:
            await self._open()
            self._house.doorways[CHANNEL] = f"https://t.me/{self.user_name}?start="
            await self._resume()
            await self._poll()
        finally:
            self._house.doorways.pop(CHANNEL, None)
            await self._close()

    async def deliver(self, address: str, text: str, language: str) -> None:
        """One notice to one person. Raises: `SendFailed`."""
        for page in lay_plain(f"{text}\n\n{say('telegram.notice_how', language)}"):
            await self._api.send_once(int(address), page)

    async def settle(self) -> None:
        """Returns when nothing is being worked on: for tests and for the end."""
        while workers := [queue.worker for queue in self._queues.values() if queue.worker]:
            await asyncio.gather(*workers, return_exceptions=True)

    # ---- from Telegram to the inbox

    async def _open(self) -> None:
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                await self._api.open()
                for language, code in TELEGRAM_LANGUAGES.items():
                    named = [(one, say(f"telegram.command_{one}", language)) for one in COMMANDS]
                    await self._api.name_commands(named, code)
                return
            except InvalidToken:
                _log.error("telegram.token_refused")
                raise InvalidToken("refused") from None
            except TelegramError as error:
                pause = await self._pause(error, pause)

    async def _resume(self) -> None:
        """What was stored and not answered before the program ended comes first."""
        left = await self._house.db.read(
            lambda reader: inbox.waiting(reader, CHANNEL, ALL_WAITING)
        )
        for one in left:
            self._newest = max(self._newest, int(one.message_id))
            self._hand_on(_arrived(one))

    async def _poll(self) -> None:
        offset, pause = 0, FIRST_PAUSE_SECONDS
        while True:
            try:
                updates = await self._api.fetch(offset)
                if updates:
                    await self._store(updates)
                # After an empty answer nothing is left to acknowledge, and numbers may begin anew.
                offset = int(updates[-1]["update_id"]) + 1 if updates else 0
                pause = FIRST_PAUSE_SECONDS
            except InvalidToken:
                raise InvalidToken("refused") from None
            except (TelegramError, StorageError) as error:
                # Nothing was acknowledged: the same updates come again.
                pause = await self._pause(error, pause)

    async def _store(self, updates: Sequence[Mapping[str, Any]]) -> None:
        """Returns when they are on the disk: only then may the next poll acknowledge them.

        A turn's unit queues behind this one and, as a rule, shares its commit. A number higher
        than any before cannot have been here; another has to wait for the books to say so.
        """
        fresh = [one for one in updates if int(one["update_id"]) > self._newest > 0]
        stored = asyncio.create_task(self._commit(updates))
        for one in fresh:
            self._newest = max(self._newest, int(one["update_id"]))
            self._hand_on(read(one))
        known = {int(one["update_id"]) for one in fresh}
        is_new_one_by_one = await stored
        await asyncio.sleep(0)  # the replies of that commit leave first, then the next poll
        for one, is_new in zip(updates, is_new_one_by_one, strict=True):
            number = int(one["update_id"])
            self._newest = max(self._newest, number)
            if is_new and number not in known:
                self._hand_on(read(one))

    async def _commit(self, updates: Sequence[Mapping[str, Any]]) -> list[bool]:
        """Store what came and mark what was answered; says of each update whether it is new."""
        house, payloads = self._house, [_payload(one) for one in updates]
        answered, self._answered = self._answered, []
        if not answered and not payloads:
            return []

        def store(unit: Unit) -> list[bool]:
            now = house.clock()
            for number in answered:
                inbox.finish(unit, CHANNEL, number)
            return [
                inbox.receive(unit, house.school_id, CHANNEL, number, payload, now)
                for number, payload in payloads
            ]

        try:
            return await house.db.jot(store)
        except StorageError:
            self._answered[:0] = answered
            raise

    async def _pause(self, error: Exception, pause: float) -> float:
        """Wait before the next try; returns how long to wait after that one."""
        code = "two_pollers" if isinstance(error, TwoPollers) else type(error).__name__
        _log.warning("telegram.waiting", extra={"code": code})
        longer = min(2 * pause, LONGEST_PAUSE_SECONDS)
        await asyncio.sleep(longer if isinstance(error, TwoPollers | RetryAfter) else pause)
        return longer

    # ---- from the inbox to a turn

    def _hand_on(self, arrived: Arrived) -> None:
        queue = self._queues.setdefault(arrived.chat_id, _Queue())
        queue.waiting.append(arrived)
        queue.woken.set()
        if queue.worker is None:
            queue.worker = asyncio.create_task(self._work(arrived.chat_id, queue))

    async def _work(self, chat_id: int, queue: _Queue) -> None:
        """Answers one chat's updates in order, tidies when it falls silent, then ends."""
        try:
            while True:
                while queue.waiting:
                    await self._answer(queue.waiting[0])
                    queue.waiting.popleft()
                if not await self._more_comes(queue):
                    await self._chats.tidy(chat_id)
                    await self._commit(())
                    if not queue.waiting:
                        return
        finally:
            self._queues.pop(chat_id, None)

    async def _more_comes(self, queue: _Queue) -> bool:
        queue.woken.clear()
        try:
            async with asyncio.timeout(0 if self._is_closing else self._quiet_seconds):
                await queue.woken.wait()
            return True
        except TimeoutError:
            return False

    async def _answer(self, arrived: Arrived) -> None:
        """One update, tried a few times; after that its sender is told, and it is set aside."""
        pause = FIRST_PAUSE_SECONDS
        for left in reversed(range(MAX_TRIES)):
            try:
                await self._chats.answer(arrived)
                self._answered.append(str(arrived.id))
                return
            except SendFailed as failure:
                # The answer is stored; the person finds the question on the next look.
                _log.warning("telegram.not_sent", extra={"code": failure.code})
                self._answered.append(str(arrived.id))
                return
            except Exception:
                # The edge of a loop: one update must not stop a chat, nor a chat the others.
                _log.exception("telegram.failed", extra={"update": arrived.id, "left": left})
            if left:
                await asyncio.sleep(pause)
                pause *= 2
        await self._set_aside(arrived)

    async def _set_aside(self, arrived: Arrived) -> None:
        number = str(arrived.id)
        try:
            await self._house.db.write(lambda unit: inbox.give_up(unit, CHANNEL, number))
            await self._chats.apologise(arrived)
        except (StorageError, SendFailed) as error:
            _log.error("telegram.not_told", extra={"code": error.code})

    async def _close(self) -> None:
        """Turns under way are finished; what is left after some seconds is answered next time."""
        self._is_closing = True
        for queue in self._queues.values():
            queue.woken.set()
        workers = [queue.worker for queue in self._queues.values() if queue.worker]
        if workers:
            await asyncio.wait(workers, timeout=DRAIN_SECONDS)
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
        try:
            await self._commit(())
        except StorageError as error:
            _log.warning("telegram.marks_lost", extra={"code": error.code})
        await self._api.close()


def _payload(update: Mapping[str, Any]) -> tuple[str, bytes]:
    return str(update["update_id"]), _encode(update).encode("utf-8", "surrogatepass")


def _arrived(received: Received) -> Arrived:
    try:
        return read(json.loads(received.payload))
    except ValueError:
        return Arrived(int(received.message_id), Kind.ignored)
