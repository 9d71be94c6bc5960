"""The methods of the Bot API the stub knows: their fields, their limits, their refusals.

Whatever is not written here is refused, so a call that Telegram would ignore or reject is seen.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Fields = Mapping[str, Any]

MAX_TEXT_UNITS = 4096
MAX_CAPTION_UNITS = 1024
MAX_PHOTO_BYTES = 10 * 1024 * 1024
MAX_CALLBACK_BYTES = 64
MAX_TOAST_UNITS = 200
MAX_BUTTONS = 100
MAX_ROW = 8


class Refusal(Exception):
    """An answer that is not ok. `retry_after` and the connection's fate belong to it."""

    def __init__(self, status: int, description: str, *, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Method:
    """Fields a call must and may have, and the check of their values."""

    required: frozenset[str]
    optional: frozenset[str] = frozenset()
    check: Callable[[Fields], None] | None = None


def bad(description: str) -> Refusal:
    return Refusal(400, f"Bad Request: {description}")


def utf16_units(text: str) -> int:
    """How Telegram counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _check_text(fields: Fields) -> None:
    text = fields["text"]
    if not isinstance(text, str) or not text.strip():
        raise bad("message text is empty")
    if utf16_units(text) > MAX_TEXT_UNITS:
        raise bad("message is too long")
    if any(0xD800 <= ord(letter) <= 0xDFFF for letter in text):
        raise bad("strings must be encoded in UTF-8")
    _check_markup(fields)


def _check_photo(fields: Fields) -> None:
    photo, caption = fields["photo"], fields.get("caption", "")
    if isinstance(photo, bytes):
        if len(photo) > MAX_PHOTO_BYTES:
            raise Refusal(413, "Request Entity Too Large")
        if not photo.startswith((b"\xff\xd8\xff", b"\x89PNG", b"RIFF")):
            raise bad("IMAGE_PROCESS_FAILED")
    if not isinstance(caption, str) or utf16_units(caption) > MAX_CAPTION_UNITS:
        raise bad("message caption is too long")
    _check_markup(fields)


def check_house_rules(fields: Fields) -> None:
    """What this house promises beyond the API: plain text, and no link opened beforehand (T14)."""
    if "text" in fields and "chat_id" in fields:
        if fields.get("parse_mode") or fields.get("entities"):
            raise bad("can't parse entities: this house sends plain text")
        if fields.get("link_preview_options") != {"is_disabled": True}:
            raise bad("link preview must be off")


def _check_markup(fields: Fields) -> None:
    markup = fields.get("reply_markup")
    if markup is None:
        return
    if set(markup) != {"inline_keyboard"}:
        raise bad("object expected as reply markup")
    rows = markup["inline_keyboard"]
    if sum(map(len, rows)) > MAX_BUTTONS or any(not 0 < len(row) <= MAX_ROW for row in rows):
        raise bad("reply markup is too long")
    for button in (button for row in rows for button in row):
        _check_button(button)


def _check_button(button: Fields) -> None:
    if not str(button.get("text", "")).strip():
        raise bad("inline keyboard button text is empty")
    if set(button) == {"text", "url"}:
        return
    if set(button) != {"text", "callback_data"}:
        raise bad("can't parse inline keyboard button")
    if not 1 <= len(button["callback_data"].encode()) <= MAX_CALLBACK_BYTES:
        raise bad("BUTTON_DATA_INVALID")


def _check_toast(fields: Fields) -> None:
    if utf16_units(fields.get("text", "")) > MAX_TOAST_UNITS:
        raise bad("MESSAGE_TOO_LONG")


def _check_updates(fields: Fields) -> None:
    if not 0 <= fields.get("timeout", 0) <= 60:
        raise bad("timeout out of range")
    if fields.get("offset", 0) < 0:
        raise bad("a negative offset forgets updates")


METHODS: Mapping[str, Method] = {
    "answerCallbackQuery": Method(
        frozenset({"callback_query_id"}), frozenset({"text", "show_alert"}), _check_toast
    ),
    "deleteWebhook": Method(frozenset(), frozenset({"drop_pending_updates"})),
    "editMessageReplyMarkup": Method(
        frozenset({"chat_id", "message_id"}), frozenset({"reply_markup"}), _check_markup
    ),
    "editMessageText": Method(
        frozenset({"chat_id", "message_id", "text"}),
        frozenset({"reply_markup", "link_preview_options", "parse_mode", "entities"}),
        _check_text,
    ),
    "getFile": Method(frozenset({"file_id"})),
    "getMe": Method(frozenset()),
    "getUpdates": Method(
        frozenset(), frozenset({"offset", "limit", "timeout", "allowed_updates"}), _check_updates
    ),
    "sendMessage": Method(
        frozenset({"chat_id", "text"}),
        frozenset({"reply_markup", "link_preview_options", "parse_mode", "entities"}),
        _check_text,
    ),
    "sendPhoto": Method(
        frozenset({"chat_id", "photo"}), frozenset({"caption", "reply_markup"}), _check_photo
    ),
    "setMyCommands": Method(frozenset({"commands"}), frozenset({"language_code", "scope"})),
}


def check(name: str, fields: Fields) -> None:
    """Raises: Refusal, as Telegram would."""
    method = METHODS.get(name)
    if method is None:
        raise Refusal(404, "Not Found: method not found")
    missing = method.required - fields.keys()
    unknown = fields.keys() - method.required - method.optional
    if missing or unknown:
        raise bad(f"{name}: missing {sorted(missing)}, unknown {sorted(unknown)}")
    if method.check is not None:
        method.check(fields)
