"""How a turn looks in Telegram: one message of plain text, buttons below, split where too long.

No markup and no entities, so nothing a family types can break a message or pose as ours (T14).
The child's name and any value that is not part of the question stay out of the first line, which
a locked screen shows. Called by `bot.telegram`.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final, TypeAlias

from conversations.wording import Bubble, Shown, ShownButton, ShownLine, ShownPicture
from registry.frozen import frozen

MAX_UNITS: Final = 4096
"""Telegram counts UTF-16 units."""

MAX_CAPTION_UNITS: Final = 1024
MAX_LABEL: Final = 60
ROW_UNITS: Final = 14  # of labels side by side: about what a small phone shows unclipped
ROW_BUTTONS: Final = 3
SIGNS: Final = {"done": "✓", "problem": "⚠"}
QUIET: Final = frozenset({"quiet", "danger"})
LINE_SIGNS: Final = {"missing": "○ ", "flagged": "⚑ "}

Keyboard: TypeAlias = tuple[tuple[ShownButton, ...], ...]


@frozen
class Page:
    """One message as it will be sent."""

    text: str
    keyboard: Keyboard = ()


def lay_out(shown: Shown) -> tuple[Page, ...]:
    """One message where it fits; the buttons stand under the last."""
    head = _head(shown)
    title = f"【{shown.header.section}】" if shown.header else ""
    bubbles = [text for bubble in shown.bubbles if (text := _bubble(bubble, title))]
    if head and bubbles:
        bubbles[-1] = f"{head}\n{bubbles[-1]}"
    pieces = split("\n\n".join(bubbles))
    keyboard = tuple(row for bubble in shown.bubbles for row in rows(bubble.buttons))
    plain = tuple(Page(piece) for piece in pieces[:-1])
    return (*plain, Page(pieces[-1], keyboard)) if pieces else ()


def caption_of(shown: Shown, picture: ShownPicture) -> str:
    """What stands under a picture; the question's begins as its message does (T14)."""
    head = "" if picture.is_choice else _head(shown)
    pieces = split("\n".join(filter(None, (head, picture.label))), MAX_CAPTION_UNITS)
    return pieces[0] if pieces else ""


def lay_plain(text: str) -> tuple[Page, ...]:
    """Words without buttons."""
    return tuple(Page(piece) for piece in split(text))


def split(text: str, max_units: int = MAX_UNITS) -> list[str]:
    """Pieces that fit, cut between paragraphs, else lines, else anywhere between characters."""
    pieces: list[str] = []
    rest = clean(text)
    while units(rest) > max_units:
        cut = _cut(rest, max_units)
        pieces.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [piece for piece in (*pieces, rest) if piece]


def units(text: str) -> int:
    """Length as Telegram counts it."""
    return len(text) + sum(letter > "\uffff" for letter in text)


def clean(text: str) -> str:
    """What can be sent: no half characters, no empty ends."""
    whole = text.encode("utf-8", "replace").decode() if _has_halves(text) else text
    return whole.strip()


def rows(buttons: Sequence[ShownButton]) -> Iterator[tuple[ShownButton, ...]]:
    """Short labels side by side, long ones alone; quiet ones never in a row with answers."""
    is_toggle = any(button.is_on for button in buttons)
    for is_quiet, group in groupby(
        buttons, key=lambda button: button.style in ("quiet", "danger")
    ):
        named = (
            ShownButton(one.token, _label(one, is_toggle and not is_quiet), one.style, one.is_on)
            for one in group
        )
        yield from _packed(named)


def as_markup(keyboard: Keyboard) -> dict[str, object] | None:
    """The Bot API's inline keyboard; None = no buttons."""
    if not keyboard:
        return None
    return {
        "inline_keyboard": [
            [{"text": button.label, "callback_data": button.token} for button in row]
            for row in keyboard
        ]
    }


def _head(shown: Shown) -> str:
    header = shown.header
    if header is None or not header.section:
        return ""
    return f"【{header.section}】{header.left}" if header.total else f"【{header.section}】"


def _bubble(bubble: Bubble, title: str) -> str:
    """The section's title stands at the head already."""
    paragraphs = [text for text in map(clean, bubble.paragraphs) if text and text != title]
    sign = SIGNS.get(bubble.kind)
    if sign and paragraphs and not paragraphs[0].startswith(sign):
        paragraphs[0] = f"{sign} {paragraphs[0]}"
    lines = "\n".join(_lines(bubble.lines))
    return "\n".join([*paragraphs, lines] if lines else paragraphs)


def _lines(lines: Sequence[ShownLine]) -> Iterator[str]:
    section = ""
    for line in lines:
        if line.section and line.section != section:
            section = line.section
            yield f"【{section}】"
        number = f"{line.number}. " if line.number and line.token else ""
        value = f"：{line.value}" if line.value else ""
        yield f"{LINE_SIGNS.get(line.state, '')}{number}{line.label}{value}"


def _label(button: ShownButton, is_toggle: bool) -> str:
    label = clean(button.label) or "·"
    if is_toggle and button.style == "answer":
        label = f"{'☑' if button.is_on else '☐'} {label}"
    return label if units(label) <= MAX_LABEL else f"{label[: MAX_LABEL - 1]}…"


def _packed(buttons: Iterable[ShownButton]) -> Iterator[tuple[ShownButton, ...]]:
    row: list[ShownButton] = []
    width = 0
    for button in buttons:
        wide = _width(button.label)
        if row and (len(row) == ROW_BUTTONS or width + wide > 2 * ROW_UNITS):
            yield tuple(row)
            row, width = [], 0
        row.append(button)
        width += wide
    if row:
        yield tuple(row)


def _width(label: str) -> int:
    """In half characters: a Chinese one is twice as wide."""
    return sum(2 if letter > "\u2e7f" else 1 for letter in label) + 2


def _cut(text: str, max_units: int) -> int:
    """Where to cut: as late as fits."""
    end = max_units
    while (over := units(text[:end]) - max_units) > 0:
        end -= (over + 1) // 2  # a character is two units at most
    for mark in ("\n\n", "\n"):
        at = text.rfind(mark, end // 2, end)
        if at > 0:
            return at
    return end


def _has_halves(text: str) -> bool:
    return any("\ud800" <= letter <= "\udfff" for letter in text)
