"""The few calls of the Bot API this house makes, with Telegram's refusals read into ours.

A flood limit holds back the one chat it names, an outage is waited out, a message that is gone or
already as it should be is no error. Used by `bot.telegram` and, for notices, by the sender.
"""

import asyncio
import logging
import os
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any, Final, TypeVar

from telegram import Bot
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.channels import SendFailed
from bot.telegram_layout import Keyboard, Page, as_markup
from bot.telegram_request import READ_SECONDS, AiohttpRequest, Json
from bot.telegram_updates import ALLOWED

_Value = TypeVar("_Value")

POLL_SECONDS: Final = 50
MAX_FILE_BYTES: Final = 20 * 1024 * 1024  # what a bot may download
FIRST_PAUSE_SECONDS: Final = 0.5
LONGEST_PAUSE_SECONDS: Final = 30.0
MAX_TRIES: Final = 8
MAX_HELD: Final = 10_000

REFUSED: Final = "telegram.refused"
_PICTURE_NAME: Final = "picture.jpg"
_NO_PREVIEW: Final = {"is_disabled": True}
_HARMLESS: Final = (
    "message is not modified",
    "message to edit not found",
    "message can't be edited",
    "query is too old",
    "message_id_invalid",
)
_log = logging.getLogger("bot")


class TelegramApi:
    """Usable between `open` and `close`. One session for everything, one for the long poll."""

    def __init__(
        self,
        token: str,
        api: str,
        *,
        pause_seconds: float = FIRST_PAUSE_SECONDS,
        poll_seconds: int = POLL_SECONDS,
    ) -> None:
        # The library's next major version speaks in timedeltas; without this it warns each time.
        os.environ.setdefault("PTB_TIMEDELTA", "1")
        self._request = AiohttpRequest()
        self._poll = AiohttpRequest()
        self._bot = Bot(
            token,
            base_url=f"{api.rstrip('/')}/bot",
            base_file_url=f"{api.rstrip('/')}/file/bot",
            request=self._request,
            get_updates_request=self._poll,
        )
        self._pause_seconds = pause_seconds
        self._poll_seconds = poll_seconds
        self._held: OrderedDict[int, float] = OrderedDict()  # chat → not before

    @property
    def name(self) -> str:
        """The bot's user name, for links that open it; "" before `open`."""
        return self._bot.username

    async def open(self) -> None:
        """Raises: `TelegramError`; `InvalidToken` when there is no such bot."""
        await self._bot.initialize()
        await self._bot.delete_webhook()

    async def close(self) -> None:
        """Also after an `open` that failed, of which the library knows nothing."""
        await self._bot.shutdown()
        for request in (self._request, self._poll):
            await request.shutdown()

    async def name_commands(self, commands: Sequence[tuple[str, str]], language: str) -> None:
        """What stands in the menu beside the text field."""
        await self._bot.set_my_commands(list(commands), language_code=language)

    async def fetch(self, offset: int) -> Sequence[Json]:
        """Updates from `offset` on; every earlier one is thereby acknowledged.

        As they came: they are stored before anything reads them. Raises: `TelegramError`.
        """
        asked = {"offset": offset, "timeout": self._poll_seconds, "allowed_updates": ALLOWED}
        wait_seconds = self._poll_seconds + READ_SECONDS
        url = f"{self._bot.base_url}/getUpdates"
        updates: Sequence[Json] = await self._poll.call(url, asked, wait_seconds)
        return updates

    async def send(self, chat_id: int, page: Page) -> int:
        """Returns the message's id. Raises: `SendFailed`."""
        fields = {"chat_id": chat_id, **_look(page)}
        sent = await self._patiently(chat_id, lambda: self._call("sendMessage", fields))
        return int(sent["message_id"])

    async def send_picture(self, chat_id: int, photo: bytes | str, caption: str) -> str:
        """A picture, or Telegram's id of one it has; returns that id. Raises: `SendFailed`."""

        async def upload() -> str:
            sent = await self._bot.send_photo(
                chat_id, photo, caption=caption or None, filename=_PICTURE_NAME
            )
            return sent.photo[-1].file_id

        return await self._patiently(chat_id, upload)

    async def send_once(self, chat_id: int, page: Page) -> int:
        """Plain words, without waiting: for who has other chats to serve. Raises: `SendFailed`."""
        left = self._held.get(chat_id, 0.0) - asyncio.get_running_loop().time()
        if left > 0:
            raise SendFailed("telegram.flood", retry_after=left)
        try:
            sent = await self._call("sendMessage", {"chat_id": chat_id, **_look(page)})
        except TelegramError as error:
            raise self._failure(chat_id, error) from None
        return int(sent["message_id"])

    async def edit(self, chat_id: int, message_id: int, page: Page) -> None:
        """Make a message look like that; one that is gone stays gone."""
        fields = {"chat_id": chat_id, "message_id": message_id, **_look(page)}
        await self._quietly(chat_id, lambda: self._call("editMessageText", fields))

    async def set_keyboard(self, chat_id: int, message_id: int, keyboard: Keyboard = ()) -> None:
        """Exchange or take away the buttons of a message."""
        fields: dict[str, object] = {"chat_id": chat_id, "message_id": message_id}
        if keyboard:
            fields["reply_markup"] = as_markup(keyboard)
        await self._quietly(chat_id, lambda: self._call("editMessageReplyMarkup", fields))

    async def settle_press(self, query_id: str) -> None:
        """Stop the button's clock; too late is no matter."""
        try:
            await self._call("answerCallbackQuery", {"callback_query_id": query_id})
        except TelegramError as error:
            if not _is_harmless(error):
                _log.info("telegram.press_not_settled", extra={"code": type(error).__name__})

    async def download(self, chat_id: int, file_id: str) -> bytes:
        """A file of at most 20 MB. Raises: `SendFailed`."""

        async def fetch() -> bytearray:
            # Asked for anew at every try: a link works for an hour only.
            file = await self._bot.get_file(file_id)
            try:
                return await file.download_as_bytearray()
            except InvalidToken:
                raise NetworkError("link expired") from None

        return bytes(await self._patiently(chat_id, fetch))

    async def _call(self, method: str, fields: Json) -> Any:
        return await self._request.call(f"{self._bot.base_url}/{method}", fields)

    async def _quietly(self, chat_id: int, call: Callable[[], Awaitable[object]]) -> None:
        """What only tidies: never worth stopping for."""
        try:
            await self._wait_for_turn(chat_id)
            await call()
        except TelegramError as error:
            if not _is_harmless(error):
                self._failure(chat_id, error)
                _log.info("telegram.not_tidied", extra={"code": type(error).__name__})

    async def _patiently(self, chat_id: int, call: Callable[[], Awaitable[_Value]]) -> _Value:
        """Tried until it goes through or makes no sense. Only this chat waits."""
        pause = self._pause_seconds
        for is_last in (*[False] * (MAX_TRIES - 1), True):
            await self._wait_for_turn(chat_id)
            try:
                return await call()
            except TelegramError as error:
                failure = self._failure(chat_id, error)
                if failure.is_permanent or is_last:
                    raise failure from None
            if not failure.retry_after:
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
        raise AssertionError("unreachable")

    async def _wait_for_turn(self, chat_id: int) -> None:
        until = self._held.get(chat_id)
        if until is None:
            return
        left = until - asyncio.get_running_loop().time()
        if left > 0:
            await asyncio.sleep(left)
        self._held.pop(chat_id, None)

    def _failure(self, chat_id: int, error: TelegramError) -> SendFailed:
        if isinstance(error, RetryAfter):
            seconds = _seconds(error)
            self._held[chat_id] = asyncio.get_running_loop().time() + seconds
            if len(self._held) > MAX_HELD:
                self._held.popitem(last=False)
            return SendFailed("telegram.flood", retry_after=seconds)
        if isinstance(error, Forbidden):
            return SendFailed("telegram.blocked", is_permanent=True)
        if isinstance(error, BadRequest | ChatMigrated | InvalidToken):
            # BadRequest is a NetworkError to the library, but trying again changes nothing.
            _log.error("telegram.refused", extra={"code": type(error).__name__})
            return SendFailed(REFUSED, is_permanent=True)
        if isinstance(error, NetworkError):
            return SendFailed("telegram.unreachable")
        return SendFailed("telegram.failed")


def _look(page: Page) -> Json:
    """The fields of a message that looks like that: plain text, no link opened beforehand."""
    fields: dict[str, object] = {"text": page.text, "link_preview_options": _NO_PREVIEW}
    if page.keyboard:
        fields["reply_markup"] = as_markup(page.keyboard)
    return fields


def _is_harmless(error: TelegramError) -> bool:
    words = error.message.lower()
    return any(part in words for part in _HARMLESS)


def _seconds(error: RetryAfter) -> float:
    held = error.retry_after
    return held.total_seconds() if isinstance(held, timedelta) else float(held)
