"""What came from Telegram, read from the raw update into one small value.

Kinds this house does not know become `ignored`; a malformed update is one of them. Reading the
few fields by hand costs a fortieth of building the library's objects. Called by `bot.telegram`.
"""

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from typing import Any, Final, TypeAlias

from registry.frozen import frozen

Json: TypeAlias = Mapping[str, Any]

ALLOWED: Final = ("message", "edited_message", "callback_query", "my_chat_member")
"""Asked for at every poll, because the setting is sticky."""

_GONE: Final = frozenset({"kicked", "left"})


class Kind(StrEnum):
    """What a person did."""

    said = "said"
    pressed = "pressed"
    pictured = "pictured"  # a photo, or a picture sent as a file
    edited = "edited"
    other = "other"  # a voice message, a sticker, a contact …
    joined = "joined"  # lets the bot write to him
    gone = "gone"  # does not any more
    grouped = "grouped"  # anything in a chat that is not private
    ignored = "ignored"


@frozen
class Arrived:
    """One update. Its number names the message to the turn."""

    id: int
    kind: Kind
    chat_id: int = 0
    language: str = ""  # as Telegram says: "zh-hans"
    text: str = field(default="", repr=False)  # typed, or the token of the button
    query_id: str = ""
    shown_id: int = 0  # the message whose button was pressed
    shown_text: str = field(default="", repr=False)
    label: str = field(default="", repr=False)  # of the button
    file_id: str = field(default="", repr=False)
    file_size: int = 0


def read(update: Json) -> Arrived:
    """Never raises."""
    number = update.get("update_id", 0)
    try:
        for name, reader in _READERS.items():
            if name in update:
                return reader(number, update[name])
    except (KeyError, TypeError, AttributeError, ValueError, IndexError):
        return Arrived(number, Kind.ignored)
    return Arrived(number, Kind.ignored)


def _message(number: int, message: Json) -> Arrived:
    chat_id, language = message["chat"]["id"], _language(message)
    if message["chat"]["type"] != "private":
        return Arrived(number, Kind.grouped, chat_id, language)
    if "text" in message:
        return Arrived(number, Kind.said, chat_id, language, text=message["text"])
    file = _file(message)
    if file is not None:
        size = file.get("file_size") or 0
        return Arrived(
            number, Kind.pictured, chat_id, language, file_id=file["file_id"], file_size=size
        )
    return Arrived(number, Kind.other, chat_id, language)


def _edited(number: int, message: Json) -> Arrived:
    is_private = message["chat"]["type"] == "private"
    kind = Kind.edited if is_private else Kind.ignored
    return Arrived(number, kind, message["chat"]["id"], _language(message))


def _query(number: int, query: Json) -> Arrived:
    shown = query["message"]
    if shown["chat"]["type"] != "private":
        return Arrived(number, Kind.ignored)
    return Arrived(
        number,
        Kind.pressed,
        shown["chat"]["id"],
        _language(query),
        text=query.get("data", ""),
        query_id=query["id"],
        shown_id=shown["message_id"],
        shown_text=shown.get("text", ""),
        label=_pressed_label(shown, query.get("data", "")),
    )


def _member(number: int, change: Json) -> Arrived:
    if change["chat"]["type"] != "private":
        return Arrived(number, Kind.ignored)
    is_gone = change["new_chat_member"]["status"] in _GONE
    kind = Kind.gone if is_gone else Kind.joined
    return Arrived(number, kind, change["chat"]["id"], _language(change))


def _file(message: Json) -> Json | None:
    """The largest size of a photo: what is sent smaller cannot be read by a reviewer."""
    if message.get("photo"):
        largest: Json = max(message["photo"], key=lambda size: size["width"] * size["height"])
        return largest
    document: Json | None = message.get("document")
    return document


def _language(content: Json) -> str:
    return str(content.get("from", {}).get("language_code") or "")


def _pressed_label(shown: Json, data: str) -> str:
    rows = shown.get("reply_markup", {}).get("inline_keyboard", ())
    labels = (b["text"] for row in rows for b in row if b.get("callback_data") == data)
    return str(next(labels, ""))


_READERS: Final = {
    "message": _message,
    "edited_message": _edited,
    "callback_query": _query,
    "my_chat_member": _member,
}
