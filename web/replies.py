"""The HTML of what the dialogue shows: for the chat, and later for the panel's preview.

Only arranges: every word comes from `Shown` as plain text and leaves escaped. The templates are
in `replies.html`; the filters here are what Jinja cannot say briefly.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby

from conversations.turn import Ask
from conversations.wording import Bubble, Shown, ShownButton, ShownLine

QUIET = frozenset({"quiet", "danger"})
QUESTION = frozenset({"home", "question", "status", "summary"})


@dataclass(frozen=True, slots=True)
class Row:
    """Buttons that stand together. `kind`: answers, main or quiet."""

    kind: str
    buttons: tuple[ShownButton, ...]
    is_toggle: bool


@dataclass(frozen=True, slots=True)
class Section:
    """Lines of a summary under one heading."""

    section: str
    lines: tuple[ShownLine, ...]


def group_buttons(buttons: Sequence[ShownButton]) -> tuple[Row, ...]:
    """Neighbours of one style in one row: answers above, the way on below, the rest small."""
    is_toggle = any(button.is_on for button in buttons)
    return tuple(
        Row(kind, tuple(row), is_toggle and kind == "answers")
        for kind, row in groupby(buttons, key=_row_kind)
    )


def by_section(lines: Sequence[ShownLine]) -> tuple[Section, ...]:
    """The lines under their headings, in order."""
    return tuple(
        Section(section, tuple(group)) for section, group in groupby(lines, lambda it: it.section)
    )


def question_index(bubbles: Sequence[Bubble]) -> int:
    """Which bubble is the present question: the last that asks, else the last."""
    asking = (at for at in reversed(range(len(bubbles))) if bubbles[at].kind in QUESTION)
    return next(asking, len(bubbles) - 1)


def _row_kind(button: ShownButton) -> str:
    if button.style in QUIET:
        return "quiet"
    return "main" if button.style == "main" else "answers"


def present_ask(shown: Shown) -> Ask | None:
    """What the field at the foot is for: the last bubble that waits for something written."""
    asks = (bubble.ask for bubble in reversed(shown.bubbles) if bubble.ask is not None)
    return next((ask for ask in asks if ask.kind != "none"), None)


def mark_of(shown: Shown) -> str:
    """Tells two showings apart, so that a page knows whether it is still the present one."""
    return sha256(repr(shown).encode("utf-8", "surrogatepass")).hexdigest()[:16]


FILTERS: dict[str, Callable[..., object]] = {
    "by_section": by_section,
    "group_buttons": group_buttons,
    "present_ask": present_ask,
    "question_index": question_index,
}
