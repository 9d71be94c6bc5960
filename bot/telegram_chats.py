"""What is done with each kind of Telegram update, one chat at a time.

Finds the person behind a chat, takes the turn, sends what came of it and keeps the buttons in
order. Order, storing and trying again are `bot.telegram`'s. Form data leaves in private chats
only.
"""

import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from bot import pictures, turns
from bot.channels import SendFailed
from bot.telegram_api import MAX_FILE_BYTES, TelegramApi
from bot.telegram_layout import Page, lay_out, lay_plain
from bot.telegram_pictures import Pictures, digests_of
from bot.telegram_updates import Arrived, Kind
from conversations.turn import Chose, Input, Said, Sent
from conversations.wording import Shown
from locales import WORDING, language_of, say
from registry.frozen import frozen
from registry.policy import Action, Target, permit
from registry.problems import Conflict, NotThere, Problem, RuleError
from registry.records import Event
from storage.dialogue import actor_at, add_address, addresses, forget_address, mark_reachable
from storage.images import MIB
from storage.links import EntryKind, find_entry, use_entry
from storage.reader import Reader
from storage.unit import Unit
from web.house import House
from web.limits import WRONG_LINKS, Buckets

CHANNEL: Final = "telegram"
ACTION: Final = Action.chat_use
MAX_CHATS: Final = 10_000  # remembered; a forgotten one costs a read and an untidied button
MAX_UNTIDIED: Final = 20
START: Final = "/start"


@dataclass(slots=True)
class _Chat:
    """What is remembered of a chat between its updates. Losing it costs nothing but tidiness."""

    actor_id: str = ""
    turn: int = -1  # last shown
    pictures: tuple[str, ...] = ()  # digests, last shown
    # Messages with buttons, oldest first: the last is the present question's.
    buttoned: deque[int] = field(default_factory=lambda: deque(maxlen=MAX_UNTIDIED))


@frozen
class _Person:
    """Whose chat it is, if anybody's."""

    actor_id: str
    language: str


class Chats:
    """The private chats of one bot."""

    def __init__(self, house: House, api: TelegramApi) -> None:
        self._house = house
        self._api = api
        self._pictures = Pictures(house, api)
        self._chats: OrderedDict[int, _Chat] = OrderedDict()
        self._told_groups: OrderedDict[int, None] = OrderedDict()
        self._wrong_doors = Buckets(WRONG_LINKS)

    async def answer(self, arrived: Arrived) -> None:
        """Raises: `SendFailed` when the answer was taken but could not be sent."""
        act = _ACTS.get(arrived.kind)
        if act is not None:
            await act(self, arrived)

    async def apologise(self, arrived: Arrived) -> None:
        """It could not be taken. Raises: `SendFailed`."""
        if arrived.kind not in (Kind.grouped, Kind.ignored, Kind.gone):
            await self._say(arrived, "telegram.trouble")

    async def tidy(self, chat_id: int) -> None:
        """Take the buttons of questions that are over."""
        chat = self._chats.get(chat_id)
        while chat is not None and len(chat.buttoned) > 1:
            await self._api.set_keyboard(chat_id, chat.buttoned.popleft())
        if chat is not None:
            # Looked up again next time: the address may have moved or the person been stopped.
            chat.actor_id = ""

    # ---- one function for each kind

    async def _said(self, arrived: Arrived) -> None:
        if arrived.text.startswith(START):
            word, _, token = arrived.text.partition(" ")
            if word.partition("@")[0] == START and token.strip():
                await self._come_in(arrived, token.strip())
                return
        await self._take(arrived, Said(_without_bot_name(arrived.text)))

    async def _pressed(self, arrived: Arrived) -> None:
        await self._api.settle_press(arrived.query_id)
        number, _, op = arrived.text.partition(":")
        if not number.isdecimal() or not op:
            return
        chat = self._chat(arrived.chat_id)
        before = chat.turn
        shown = await self._turn(arrived, Chose(int(number), op))
        if shown is None:
            return
        pages = lay_out(shown)
        is_same = digests_of(shown) == chat.pictures and len(pages) == 1
        if is_same and pages[0].keyboard and arrived.shown_text.endswith(pages[0].text):
            # A box was ticked or a page turned: the same question with other buttons.
            await self._api.edit(arrived.chat_id, arrived.shown_id, pages[0])
            self._remember(chat, shown, arrived.shown_id)
            return
        was_taken = shown.turn == int(number) + 1 and before in (-1, int(number))
        await self._close_question(chat, arrived, was_taken=was_taken)
        await self._send(arrived.chat_id, shown, pages)

    async def _pictured(self, arrived: Arrived) -> None:
        person = await self._person(arrived)
        if person is None:
            await self._say(arrived, "telegram.unknown")
            return
        shown = await turns.look(self._house, person.actor_id, CHANNEL)
        if not _wants_picture(shown):
            await self._say(arrived, "telegram.no_picture_now", shown.language)
            await self._send(arrived.chat_id, shown, lay_out(shown))
            return
        if arrived.file_size > MAX_FILE_BYTES:
            problem = Problem("file.too_large", {"max_mib": MAX_FILE_BYTES // MIB})
            await self._take(arrived, Sent(None, problem))
            return
        data = await self._api.download(arrived.chat_id, arrived.file_id)
        sent, file = await pictures.keep(self._house, person.actor_id, data)
        await self._take(arrived, sent, file)

    async def _edited(self, arrived: Arrived) -> None:
        await self._say(arrived, "telegram.edited")

    async def _other(self, arrived: Arrived) -> None:
        await self._say(arrived, "telegram.only_words")

    async def _joined(self, arrived: Arrived) -> None:
        await self._house.db.write(lambda unit: _reach(unit, arrived.chat_id, is_reachable=True))

    async def _gone(self, arrived: Arrived) -> None:
        await self._house.db.write(lambda unit: _reach(unit, arrived.chat_id, is_reachable=False))

    async def _grouped(self, arrived: Arrived) -> None:
        """One polite line for each group; nothing of anybody's form."""
        if arrived.chat_id in self._told_groups:
            return
        self._told_groups[arrived.chat_id] = None
        if len(self._told_groups) > MAX_CHATS:
            self._told_groups.popitem(last=False)
        await self._say(arrived, "telegram.group", self._language(arrived))

    # ---- turns

    async def _take(
        self, arrived: Arrived, given: Input, file: turns.Arrived | None = None
    ) -> None:
        shown = await self._turn(arrived, given, file)
        if shown is not None:
            await self._send(arrived.chat_id, shown, lay_out(shown))

    async def _turn(
        self, arrived: Arrived, given: Input, file: turns.Arrived | None = None
    ) -> Shown | None:
        """None where the chat is nobody's, who was told how to come in."""
        chat = self._chat(arrived.chat_id)
        if not chat.actor_id:
            person = await self._person(arrived)
            if person is None:
                await self._say(arrived, "telegram.unknown", self._language(arrived))
                return None
            chat.actor_id = person.actor_id
        message = turns.Message(chat.actor_id, CHANNEL, _message_id(arrived), given, file=file)
        try:
            return (await turns.take_message(self._house, message)).shown
        except NotThere:
            chat.actor_id = ""
            await self._say(arrived, "telegram.unknown", self._language(arrived))
            return None

    async def _send(self, chat_id: int, shown: Shown, pages: tuple[Page, ...]) -> None:
        try:
            await self._pictures.send(chat_id, shown)
            for page in pages:
                sent = await self._api.send(chat_id, page)
        except SendFailed as failure:
            if failure.is_permanent:
                await self._house.db.write(lambda unit: _reach(unit, chat_id, is_reachable=False))
            raise
        if pages:
            self._remember(self._chat(chat_id), shown, sent if pages[-1].keyboard else 0)

    def _remember(self, chat: _Chat, shown: Shown, message_id: int) -> None:
        chat.turn, chat.pictures = shown.turn, digests_of(shown)
        if message_id and message_id not in chat.buttoned:
            chat.buttoned.append(message_id)

    async def _close_question(self, chat: _Chat, arrived: Arrived, *, was_taken: bool) -> None:
        """The pressed message keeps its words and says what was chosen, without buttons."""
        if arrived.shown_id in chat.buttoned:
            chat.buttoned.remove(arrived.shown_id)
        if was_taken and arrived.label and arrived.shown_text:
            for page in lay_plain(f"{arrived.shown_text}\n\n✓ {arrived.label}")[:1]:
                await self._api.edit(arrived.chat_id, arrived.shown_id, page)
        else:
            await self._api.set_keyboard(arrived.chat_id, arrived.shown_id)

    # ---- people

    async def _come_in(self, arrived: Arrived, token: str) -> None:
        """Through a door made in the web chat: this chat becomes one more address of its maker."""
        seconds = time.monotonic()
        is_open = self._wrong_doors.left(str(arrived.chat_id), seconds) >= 1
        address = str(arrived.chat_id)
        actor_id = (
            await self._house.db.write(lambda unit: _link(unit, self._house, token, address))
            if is_open
            else None
        )
        chat = self._chat(arrived.chat_id)
        chat.actor_id = actor_id or ""
        if actor_id is not None:
            shown = await turns.look(self._house, actor_id, CHANNEL)
            await self._say(arrived, "telegram.linked", shown.language)
            await self._send(arrived.chat_id, shown, lay_out(shown))
            return
        self._wrong_doors.take(address, seconds)
        person = await self._person(arrived)
        if person is None:
            await self._say(arrived, "telegram.door_closed", self._language(arrived))
            return
        # Known already: a used door is no news, the question in hand is.
        shown = await turns.look(self._house, person.actor_id, CHANNEL)
        await self._send(arrived.chat_id, shown, lay_out(shown))

    async def _person(self, arrived: Arrived) -> _Person | None:
        house, address = self._house, str(arrived.chat_id)
        return await house.db.glance(lambda reader: _find(reader, house, address))

    async def _say(self, arrived: Arrived, key: str, language: str = "") -> None:
        if not language:
            person = await self._person(arrived)
            language = person.language if person else self._language(arrived)
        school = await self._house.db.read(
            lambda reader: reader.load_school(self._house.school_id)
        )
        params = {"school": school.name, "telephone": school.telephone}
        for page in lay_plain(say(key, language, params)):
            await self._api.send(arrived.chat_id, page)

    def _language(self, arrived: Arrived) -> str:
        """Of somebody unknown, as his Telegram says."""
        wanted = language_of(arrived.language) if arrived.language else WORDING
        return wanted if wanted in self._house.languages else "en"

    def _chat(self, chat_id: int) -> _Chat:
        chat = self._chats.get(chat_id)
        if chat is None:
            chat = self._chats[chat_id] = _Chat()
            if len(self._chats) > MAX_CHATS:
                self._chats.popitem(last=False)
        self._chats.move_to_end(chat_id)
        return chat


_ACTS: Final[Mapping[Kind, Callable[[Chats, Arrived], Awaitable[None]]]] = {
    Kind.edited: Chats._edited,
    Kind.gone: Chats._gone,
    Kind.grouped: Chats._grouped,
    Kind.joined: Chats._joined,
    Kind.other: Chats._other,
    Kind.pictured: Chats._pictured,
    Kind.pressed: Chats._pressed,
    Kind.said: Chats._said,
}


def _message_id(arrived: Arrived) -> str:
    return f"{CHANNEL}.{arrived.id}"


def _without_bot_name(text: str) -> str:
    """A command as the menu sends it may name the bot: /help@school_bot."""
    if not text.startswith("/"):
        return text
    word, blank, rest = text.partition(" ")
    return f"{word.partition('@')[0]}{blank}{rest}"


def _wants_picture(shown: Shown) -> bool:
    return any(bubble.ask is not None and bubble.ask.kind == "photo" for bubble in shown.bubbles)


def _find(reader: Reader, house: House, address: str) -> _Person | None:
    """Raises nothing: a person of another school or a stopped one is nobody here."""
    actor = actor_at(reader, CHANNEL, address)
    target = Target(house.school_id, actor_id=actor.id if actor else "")
    if actor is None or permit(actor, ACTION, target, house.clock().date()) is None:
        return None
    return _Person(actor.id, actor.language)


def _link(unit: Unit, house: House, token: str, address: str) -> str | None:
    """The person behind a door, with this address; None = the door is shut."""
    now = house.clock()
    found = find_entry(unit, token)
    if found is None or found.kind is not EntryKind.door:
        return None
    entry = use_entry(unit, token, now)
    if entry is None or entry.actor_id is None:
        return None
    try:
        actor = unit.load_actor(house.school_id, entry.actor_id)
    except RuleError:
        return None
    target = Target(house.school_id, actor_id=actor.id)
    if permit(actor, ACTION, target, now.date()) is None:
        return None
    try:
        add_address(unit, actor.id, CHANNEL, address)
    except Conflict:
        # Whoever holds the phone came through another person's door: it is his address now.
        forget_address(unit, CHANNEL, address)
        add_address(unit, actor.id, CHANNEL, address)
    _reach(unit, int(address), is_reachable=True)
    ids: dict[str, str | int] = {"person": actor.id, "channel": CHANNEL}
    unit.record(Event("access.session.started", actor.school_id, actor.id, now, ids))
    return actor.id


def _reach(unit: Unit, chat_id: int, *, is_reachable: bool) -> None:
    actor = actor_at(unit, CHANNEL, str(chat_id))
    for one in addresses(unit, actor.id) if actor else ():
        if one.channel == CHANNEL and one.value == str(chat_id):
            mark_reachable(unit, one.id, is_reachable)
