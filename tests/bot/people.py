"""A parent in a channel: what he can do, and what he sees. One class for each channel."""

import re
from typing import Protocol

from bot.telegram import Telegram
from bot.terminal import Terminal
from conversations.form import Form
from conversations.turn import Facts
from registry.submissions import Content
from tests.support.site import Browser, Site
from tests.support.telegram_stub import Message, TelegramStub


class Person(Protocol):
    """Speaks, presses, sends; then `text` is what came of it."""

    async def come_in(self) -> None: ...
    async def look(self) -> None: ...
    async def say(self, text: str) -> None: ...
    async def press(self, label: str) -> None: ...
    async def press_old(self) -> None:
        """The button pressed last, again, from where it stood."""
        ...

    async def repeat(self) -> None:
        """The last message arrives a second time, exactly as it was."""
        ...

    async def send(self, picture: bytes) -> None: ...
    def text(self) -> str: ...
    def buttons(self) -> tuple[str, ...]: ...


class WebPerson:
    """In a browser without JavaScript."""

    def __init__(self, site: Site, browser: Browser) -> None:
        self._site, self._browser = site, browser
        self._last: dict[str, str] = {}
        self._token = ""

    async def come_in(self) -> None:
        token = await self._site.slip("child")
        await self._browser.come_in(token, relation="mother")
        await self._remember_parent()

    async def look(self) -> None:
        await self._browser.get("/chat")

    async def say(self, text: str) -> None:
        await self._post({"text": text})

    async def press(self, label: str) -> None:
        self._token = self._browser.token(label)
        await self._post({"token": self._token})

    async def press_old(self) -> None:
        await self._post({"token": self._token})

    async def repeat(self) -> None:
        await self._browser.post("/chat", self._last)

    async def send(self, picture: bytes) -> None:
        await self._browser.upload(picture)

    def text(self) -> str:
        return self._browser.text()

    def buttons(self) -> tuple[str, ...]:
        found = re.findall(r'name="token" value="[^"]*"[^>]*>([^<]*)<', self._browser.page)
        return tuple(label.strip() for label in found)

    async def _post(self, fields: dict[str, str]) -> None:
        self._last = {**self._browser.keys(), **fields}
        await self._browser.post("/chat", self._last)

    async def _remember_parent(self) -> None:
        house, child = self._site.house, self._site.ids["child"]
        (parent,) = await house.db.read(lambda unit: unit.linked_actors(house.school_id, child))
        self._site.ids["parent"] = parent.id


class TerminalPerson:
    """At the terminal. Nothing is kept there: every act plays all lines so far, and one more."""

    def __init__(self, form: Form, facts: Facts) -> None:
        self._form, self._facts = form, facts
        self._lines: list[str] = []
        self._shown: list[str] = []
        self.content: Content | None = None

    async def come_in(self) -> None:
        """It begins in front of the paper."""
        self._play()

    async def look(self) -> None:
        await self.say("")

    async def say(self, text: str) -> None:
        self._lines.append(text)
        self._play()

    async def press(self, label: str) -> None:
        if label != "开始填":  # there is no lobby
            await self.say(f"#{self.buttons().index(label) + 1}")

    async def press_old(self) -> None:
        """A number always means a button that is shown."""
        raise NotImplementedError

    async def repeat(self) -> None:
        """A line comes once."""
        raise NotImplementedError

    async def send(self, picture: bytes) -> None:
        await self.say("@photo.jpg")

    def text(self) -> str:
        return "\n".join(self._shown)

    def buttons(self) -> tuple[str, ...]:
        rows = [row for row in self._shown if row.startswith("[")]
        pieces = [piece for row in rows for piece in row.split("   ")]
        return tuple(piece.partition("] ")[2].removeprefix("✓ ") for piece in pieces)

    def _play(self) -> None:
        """What was shown since the last line."""
        waiting, all_shown, begins = iter(self._lines), list[str](), list[int]()

        def read() -> str | None:
            begins.append(len(all_shown))
            return next(waiting, None)

        self.content = Terminal(self._form, self._facts, read, all_shown.append).run()
        end = len(all_shown) if self.content is not None else begins.pop()
        self._shown = all_shown[begins[-1] if begins else 0 : end]


class TelegramPerson:
    """In a private chat, after coming in on the web and through a door."""

    def __init__(self, web: WebPerson, site: Site, stub: TelegramStub, bot: Telegram) -> None:
        self._web, self._site, self._stub, self._bot = web, site, stub, bot
        self.chat_id = 111
        self._since = 0
        self._pressed: tuple[Message, str] | None = None
        self._update = 0

    async def come_in(self) -> None:
        await self._web.come_in()
        await self.say(f"/start {await self._site.door('parent')}")

    async def look(self) -> None:
        """Nothing to do: news come by themselves."""

    async def say(self, text: str) -> None:
        self._begin()
        self._update = self._stub.say(self.chat_id, text)
        await self._answered()

    async def press(self, label: str) -> None:
        last = next(m for m in reversed(self._stub.chat(self.chat_id)) if m.markup)
        found = [token for name, token in last.buttons.items() if name.lstrip("☐☑ ") == label]
        found += [t for name, t in last.buttons.items() if name.lstrip("☐☑ ").startswith(label)]
        assert found, f"no button {label!r} under {last.text!r}: {list(last.buttons)}"
        self._pressed = (last, found[0])
        await self._press(*self._pressed)

    async def press_old(self) -> None:
        assert self._pressed is not None
        await self._press(*self._pressed)

    async def repeat(self) -> None:
        self._begin()
        self._stub.repeat(self._update)
        await self._stub.until(lambda: self._stub.waiting == 0)
        await self._bot.settle()

    async def send(self, picture: bytes) -> None:
        self._begin()
        self._update = self._stub.send_photo(self.chat_id, picture)
        await self._answered()

    def text(self) -> str:
        messages = self._stub.chat(self.chat_id)
        # A ticked box sends nothing: it changes the message that is there.
        new = [message for message in messages if message.id >= self._since] or messages[-1:]
        return "\n".join(message.text for message in new)

    def buttons(self) -> tuple[str, ...]:
        last = next(m for m in reversed(self._stub.chat(self.chat_id)) if m.markup)
        return tuple(last.buttons)

    async def _press(self, message: Message, token: str) -> None:
        self._begin()
        self._update = self._stub.press(message, token)
        await self._answered()

    def _begin(self) -> None:
        messages = self._stub.chat(self.chat_id)
        self._since = messages[-1].id + 1 if messages else 0
        self._calls = len(self._stub.calls)

    async def _answered(self) -> None:
        """Everything the bot does about it is done."""
        await self._stub.until(lambda: any(map(self._is_reply, self._stub.calls[self._calls :])))
        await self._bot.settle()

    def _is_reply(self, call: object) -> bool:
        method, fields = call.method, call.fields  # type: ignore[attr-defined]
        shows = method == "sendMessage" or "reply_markup" in fields
        return shows and str(fields.get("chat_id")) == str(self.chat_id)
