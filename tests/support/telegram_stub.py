"""A strict Bot API on loopback: what Telegram refuses is refused, all that is said is recorded.

People speak through `say`, `press`, `send_photo` …; what the bot answers stands in `chat(id)`.
`fail` scripts an outage. `faults` collects what a bot must never do; a test asserts it is empty.
"""

import asyncio
import json
import time
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.support.telegram_methods import Fields, Refusal, bad, check, check_house_rules

TOKEN = "999999:stub-token-of-nobody-0123456789abcd"
MAX_DOWNLOAD_BYTES = 20 * 1024 * 1024
PHOTO_SIDES = (90, 320, 1280)


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the bot, as it came."""

    method: str
    fields: Fields
    at: float


@dataclass(slots=True)
class Message:
    """One message of the bot as the person sees it now. `buttons` by row."""

    chat_id: int
    id: int
    text: str
    markup: Mapping[str, Any] | None = None
    photo: str = ""  # id of the picture above the text

    @property
    def buttons(self) -> dict[str, str]:
        """Label → token."""
        rows = (self.markup or {}).get("inline_keyboard", [])
        return {b["text"]: b.get("callback_data", b.get("url")) for row in rows for b in row}


@dataclass(frozen=True, slots=True)
class Fault:
    """How one call goes wrong. `accepts`: done all the same, then the connection is cut."""

    status: int = 502
    retry_after: int | None = None
    description: str = "Bad Gateway"
    accepts: bool = False


@dataclass(slots=True)
class _File:
    data: bytes
    size: int
    path: str
    is_expired: bool = False


@dataclass(slots=True)
class TelegramStub:
    """Start with `async with stub:`; `address` is then the base address of its API."""

    calls: list[Call] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    confirmed: int = 0  # every update up to this one was acknowledged
    delivered: int = 0  # every update up to this one was handed to a bot that was there
    called_at: float = 0.0  # when the bot last asked for anything
    on_send: Callable[[Message], None] | None = None  # called within the bot's own request
    keeps_calls: bool = True
    has_house_rules: bool = True
    gate: asyncio.Event | None = None  # downloads wait for it
    address: str = ""
    _updates: deque[dict[str, Any]] = field(default_factory=deque)
    _delivered: int = 0
    _next_update: int = 1000
    _next_message: int = 1
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _polls: int = 0
    _messages: dict[tuple[int, int], Message] = field(default_factory=dict)
    _queries: dict[str, bool] = field(default_factory=dict)  # id → still young
    _files: dict[str, _File] = field(default_factory=dict)
    _expiring: list[bool] = field(default_factory=list)
    _script: dict[tuple[str, int | None], deque[Fault]] = field(
        default_factory=lambda: defaultdict(deque)
    )
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _runner: web.AppRunner | None = None

    # ---- life

    async def __aenter__(self) -> "TelegramStub":
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_route("*", "/bot{token}/{method}", self._serve)
        app.router.add_get("/file/bot{token}/{path:.+}", self._download)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.address = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    # ---- what people do

    def say(self, chat_id: int, text: str, *, message_id: int | None = None) -> int:
        """Returns the update's id."""
        return self._arrive("message", {**self._message(chat_id, message_id), "text": text})

    def edit(self, chat_id: int, text: str, message_id: int = 1) -> int:
        edited = {**self._message(chat_id, message_id), "text": text, "edit_date": 1800000001}
        return self._arrive("edited_message", edited)

    def press(self, message: Message, token: str, *, update_id: int | None = None) -> int:
        """Tap a button of a message of the bot; the token may be one that is no longer shown."""
        query_id = f"q{self._next_update}"
        self._queries[query_id] = True
        shown = self._as_json(message)
        query = {
            "id": query_id,
            "from": _person(message.chat_id),
            "message": shown,
            "chat_instance": "1",
            "data": token,
        }
        return self._arrive("callback_query", query, update_id)

    def send_photo(
        self, chat_id: int, data: bytes, *, size: int | None = None, group: str = ""
    ) -> int:
        """As a photo in three sizes, of which only the last is the picture itself."""
        sizes = [
            {
                "file_id": self._keep(data if side == PHOTO_SIDES[-1] else b"thumb", size),
                "file_unique_id": f"u{side}",
                "width": side,
                "height": side,
                "file_size": size or len(data),
            }
            for side in PHOTO_SIDES
        ]
        album = {"media_group_id": group} if group else {}
        return self._arrive("message", {**self._message(chat_id), "photo": sizes, **album})

    def send_document(
        self, chat_id: int, data: bytes, *, size: int | None = None, name: str = "scan.jpg"
    ) -> int:
        document = {
            "file_id": self._keep(data, size),
            "file_unique_id": "u",
            "file_name": name,
            "file_size": size or len(data),
        }
        return self._arrive("message", {**self._message(chat_id), "document": document})

    def send_other(self, chat_id: int, kind: str, content: object) -> int:
        """A voice message, a sticker, a contact …"""
        return self._arrive("message", {**self._message(chat_id), kind: content})

    def say_in_group(self, chat_id: int, text: str, *, person: int = 7) -> int:
        chat = {"id": chat_id, "type": "group", "title": "三班家长群"}
        message = {**self._message(person), "chat": chat, "text": text}
        return self._arrive("message", message)

    def set_member(self, chat_id: int, status: str) -> int:
        """The person blocks the bot ("kicked") or lets it in again ("member")."""
        member = {"user": _person(999999), "status": status}
        change = {
            "chat": {"id": chat_id, "type": "private"},
            "from": _person(chat_id),
            "date": 1800000000,
            "old_chat_member": {"user": _person(999999), "status": "member"},
            "new_chat_member": member,
        }
        return self._arrive("my_chat_member", change)

    def repeat(self, update_id: int) -> None:
        """Deliver it again under the same number, as after a lost acknowledgement."""
        update = next(one for one in self._sent_log if one["update_id"] == update_id)
        self._delivered = min(self._delivered, update_id - 1)
        self._updates.appendleft(update)
        self._news.set()

    # ---- what the stub is told

    def fail(self, method: str, *faults: Fault, chat_id: int | None = None) -> None:
        """The next calls of that method (to that chat) go wrong, one after the other."""
        self._script[method, chat_id].extend(faults)

    def age_queries(self) -> None:
        """Every button press is too old to be answered."""
        self._queries = dict.fromkeys(self._queries, False)

    def begin_anew(self, number: int) -> None:
        """Update numbers go on from there, as after a week of silence."""
        self._next_update = number

    def expire_next_link(self) -> None:
        """The next link given has run out when it is used."""
        self._expiring.append(True)

    def forget_messages(self, chat_id: int) -> None:
        """The person cleared the chat: nothing in it can be edited."""
        self._messages = {k: m for k, m in self._messages.items() if k[0] != chat_id}

    # ---- what can be seen

    def chat(self, chat_id: int) -> list[Message]:
        """The bot's messages in a chat, oldest first, as they look now."""
        return [m for (chat, _), m in sorted(self._messages.items()) if chat == chat_id]

    def named(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method == method]

    @property
    def waiting(self) -> int:
        """Updates not yet acknowledged."""
        return len(self._updates)

    async def until(self, is_so: Callable[[], bool], wait_seconds: float = 10.0) -> None:
        """Wait for something the bot does; raises TimeoutError."""
        async with asyncio.timeout(wait_seconds), self._changed:
            await self._changed.wait_for(is_so)

    # ---- the API

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        self.called_at = time.monotonic()
        if request.match_info["token"] != TOKEN:
            return _refused(Refusal(401, "Unauthorized"))
        fields = await _fields(request)
        if self.keeps_calls:
            self.calls.append(Call(method, fields, time.monotonic()))
        try:
            check(method, fields)
            if self.has_house_rules:
                check_house_rules(fields)
            fault = self._fault(method, fields.get("chat_id"))
            if fault is not None and not fault.accepts:
                raise Refusal(fault.status, fault.description, retry_after=fault.retry_after)
            result = await getattr(self, f"_{method}")(fields)
            if method == "getUpdates" and result:
                if request.transport is None or request.transport.is_closing():
                    raise Refusal(500, "nobody is there any more")
                self.delivered = max(one["update_id"] for one in result)
            if fault is not None and request.transport is not None:
                request.transport.abort()
            return web.json_response({"ok": True, "result": result})
        except Refusal as refusal:
            if refusal.status in (400, 404) and not refusal.description.startswith(_ALLOWED):
                self.faults.append(f"{method}: {refusal.description}")
            return _refused(refusal)
        finally:
            async with self._changed:
                self._changed.notify_all()

    async def _getUpdates(self, fields: Fields) -> list[dict[str, Any]]:
        self._confirm(fields.get("offset", 0))
        async with self._changed:
            self._changed.notify_all()
        self._polls += 1
        mine = self._polls
        self._news.set()  # an older poll is cut off
        await asyncio.sleep(0)
        end = time.monotonic() + fields.get("timeout", 0)
        while True:
            self._news.clear()
            if mine != self._polls:
                raise Refusal(409, "Conflict: terminated by other getUpdates request")
            wanted = fields.get("allowed_updates")
            batch = [
                one
                for one in list(self._updates)[: fields.get("limit", 100)]
                if not wanted or _kind(one) in wanted
            ]
            left = end - time.monotonic()
            if batch or left <= 0:
                self._delivered = max([self._delivered, *(one["update_id"] for one in batch)])
                return batch
            try:
                async with asyncio.timeout(left):
                    await self._news.wait()
            except TimeoutError:
                continue

    def _confirm(self, offset: int) -> None:
        if offset > self._delivered + 1:
            self.faults.append(f"offset {offset} confirms updates that were never delivered")
        while self._updates and self._updates[0]["update_id"] < offset:
            self.confirmed = self._updates.popleft()["update_id"]

    async def _getMe(self, _: Fields) -> dict[str, Any]:
        return {"id": 999999, "is_bot": True, "first_name": "学籍", "username": "xueji_stub_bot"}

    async def _deleteWebhook(self, _: Fields) -> bool:
        return True

    async def _setMyCommands(self, _: Fields) -> bool:
        return True

    async def _sendMessage(self, fields: Fields) -> dict[str, Any]:
        message = Message(
            int(fields["chat_id"]), self._new_message(), fields["text"], fields.get("reply_markup")
        )
        self._messages[message.chat_id, message.id] = message
        if self.on_send is not None:
            self.on_send(message)
        return self._as_json(message)

    async def _sendPhoto(self, fields: Fields) -> dict[str, Any]:
        photo = fields["photo"]
        if isinstance(photo, bytes):
            photo = self._keep(photo, None)
        elif photo not in self._files:
            raise bad("wrong remote file identifier specified")
        message = Message(
            int(fields["chat_id"]), self._new_message(), fields.get("caption", ""), photo=photo
        )
        self._messages[message.chat_id, message.id] = message
        return self._as_json(message)

    async def _editMessageText(self, fields: Fields) -> dict[str, Any]:
        message = self._editable(fields)
        if message.photo:
            raise bad("there is no text in the message to edit")
        self._rewrite(message, fields["text"], fields.get("reply_markup"))
        return self._as_json(message)

    async def _editMessageReplyMarkup(self, fields: Fields) -> dict[str, Any]:
        message = self._editable(fields)
        self._rewrite(message, message.text, fields.get("reply_markup"))
        return self._as_json(message)

    async def _answerCallbackQuery(self, fields: Fields) -> bool:
        if not self._queries.pop(fields["callback_query_id"], False):
            raise bad("query is too old and response timeout expired or query ID is invalid")
        return True

    async def _getFile(self, fields: Fields) -> dict[str, Any]:
        file = self._files.get(fields["file_id"])
        if file is None:
            raise bad("invalid file_id")
        if file.size > MAX_DOWNLOAD_BYTES:
            raise bad("file is too big")
        file.is_expired = bool(self._expiring and self._expiring.pop())
        return {
            "file_id": fields["file_id"],
            "file_unique_id": "u",
            "file_size": file.size,
            "file_path": file.path,
        }

    async def _download(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        found = next((file for file in self._files.values() if file.path == path), None)
        self.calls.append(Call("download", {"path": path}, time.monotonic()))
        if request.match_info["token"] != TOKEN or found is None or found.is_expired:
            raise web.HTTPNotFound
        if self.gate is not None:
            await self.gate.wait()
        fault = self._fault("download", None)
        if fault is None:
            return web.Response(body=found.data)
        if not fault.accepts:
            raise web.HTTPBadGateway
        response = web.StreamResponse(headers={"Content-Length": str(len(found.data))})
        await response.prepare(request)
        await response.write(found.data[: len(found.data) // 2])
        if request.transport is not None:
            request.transport.abort()
        return response

    # ---- small things

    def _fault(self, method: str, chat_id: object) -> Fault | None:
        for key in ((method, int(str(chat_id)) if chat_id else None), (method, None)):
            if self._script.get(key):
                return self._script[key].popleft()
        return None

    def _editable(self, fields: Fields) -> Message:
        message = self._messages.get((int(fields["chat_id"]), int(fields["message_id"])))
        if message is None:
            raise bad("message to edit not found")
        return message

    def _rewrite(self, message: Message, text: str, markup: Mapping[str, Any] | None) -> None:
        if (message.text, message.markup or None) == (text, markup or None):
            raise bad("message is not modified: specified new message content is the same")
        message.text, message.markup = text, markup

    def _arrive(self, kind: str, content: object, update_id: int | None = None) -> int:
        if update_id is None:
            update_id = self._next_update
            self._next_update += 1
        update = {"update_id": update_id, kind: content}
        self._updates.append(update)
        if self.keeps_calls:
            self._sent_log.append(update)
        self._news.set()
        return update_id

    _sent_log: list[dict[str, Any]] = field(default_factory=list)

    def _message(self, chat_id: int, message_id: int | None = None) -> dict[str, Any]:
        return {
            "message_id": message_id or self._new_message(),
            "from": _person(chat_id),
            "chat": {"id": chat_id, "type": "private", "first_name": "家长"},
            "date": 1800000000,
        }

    def _new_message(self) -> int:
        self._next_message += 1
        return self._next_message

    def _as_json(self, message: Message) -> dict[str, Any]:
        content = self._message(message.chat_id, message.id)
        if message.photo:
            size = {"file_id": message.photo, "file_unique_id": "u", "width": 90, "height": 90}
            content |= {"photo": [size], "caption": message.text}
        else:
            content |= {"text": message.text}
        return content | ({"reply_markup": message.markup} if message.markup else {})

    def _keep(self, data: bytes, size: int | None) -> str:
        file_id = f"file-{len(self._files)}"
        self._files[file_id] = _File(data, size or len(data), f"photos/{len(self._files)}.jpg")
        return file_id


_ALLOWED = (
    "Bad Request: message is not modified",
    "Bad Request: message to edit not found",
    "Bad Request: query is too old",
    "Bad Request: scripted",
)


def _person(chat_id: int) -> dict[str, Any]:
    return {"id": chat_id, "is_bot": False, "first_name": "家长", "language_code": "zh-hans"}


def _kind(update: Mapping[str, Any]) -> str:
    return next(name for name in update if name != "update_id")


async def _fields(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        text = await request.text()
        return dict(json.loads(text)) if text else {}
    posted = await request.post()
    return {
        name: value.file.read() if isinstance(value, web.FileField) else _value(name, str(value))
        for name, value in posted.items()
    }


def _value(name: str, text: str) -> object:
    """A form field: objects and numbers come as JSON, words as they are."""
    if name in (
        "text",
        "callback_query_id",
        "file_id",
        "language_code",
        "parse_mode",
        "caption",
        "photo",
    ):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def _refused(refusal: Refusal) -> web.Response:
    body: dict[str, Any] = {
        "ok": False,
        "error_code": refusal.status,
        "description": refusal.description,
    }
    if refusal.retry_after is not None:
        body["parameters"] = {"retry_after": refusal.retry_after}
    return web.json_response(body, status=refusal.status)
