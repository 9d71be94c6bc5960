"""The HTML of what the dialogue shows: for the chat, and later for the panel's preview.

Only arranges: every word comes from `Shown` as plain text and leaves escaped. The templates are
in `replies.html`; the filters here are what Jinja cannot say briefly.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from itertools import groupby

from conversations.turn import Ask
from conversations.wording import Bubble, Shown, ShownButton, ShownLine
from registry.frozen import frozen

LONG_TEXT = 120  # characters of one paragraph
LONG_LINES = 4
SHORT_LABEL = 9
_LEAD = re.compile(r"[^：:]{2,12}[：:]\s?")

QUIET = frozenset({"quiet", "danger"})
QUESTION = frozenset({"home", "question", "status", "summary"})


@frozen
class Together:
    """Buttons that stand together. `kind`: answers, pair, main or quiet."""

    kind: str
    buttons: tuple[ShownButton, ...]
    is_toggle: bool


@frozen
class Section:
    """Lines of a summary under one heading."""

    section: str
    lines: tuple[ShownLine, ...]


@frozen
class Row:
    """One line of a paragraph; `lead` is the word before its colon in a long text."""

    lead: str
    words: str


@frozen
class Paragraph:
    """A paragraph as lines. A section's name stands alone in 【】 and is shown by its look."""

    rows: tuple[Row, ...]
    is_section: bool = False


def paragraph(words: str) -> Paragraph:
    """A paragraph of the dialogue as lines to lay out."""
    if words.startswith("【") and words.endswith("】"):
        return Paragraph((Row("", words[1:-1]),), is_section=True)
    lines = words.split("\n")
    return Paragraph(tuple(_row(line, is_long=len(lines) >= LONG_LINES) for line in lines))


def is_long(bubble: Bubble) -> bool:
    """Whether it is something to read rather than to answer: it may take the whole width."""
    return any(len(words) > LONG_TEXT for words in bubble.paragraphs)


def _row(line: str, *, is_long: bool) -> Row:
    found = _LEAD.match(line) if is_long else None
    return Row(found.group(0), line[found.end() :]) if found else Row("", line)


def group_buttons(buttons: Sequence[ShownButton]) -> tuple[Together, ...]:
    """Neighbours of one style together: answers above, the way on below, the rest small.

    Two short ones, as [对] [不对], are one pair.
    """
    is_toggle = any(button.is_on for button in buttons)
    loud = [button for button in buttons if button.style not in QUIET]
    is_pair = len(loud) == 2 and all(len(button.label) <= SHORT_LABEL for button in loud)
    return tuple(
        Together(kind, tuple(row), is_toggle and kind == "answers")
        for kind, row in groupby(buttons, key=lambda it: _kind_of(it, is_pair=is_pair))
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


def _kind_of(button: ShownButton, *, is_pair: bool) -> str:
    if button.style in QUIET:
        return "quiet"
    if is_pair:
        return "pair"
    return "main" if button.style == "main" else "answers"


def present_ask(shown: Shown) -> Ask | None:
    """What the field at the foot is for: the last bubble that waits for something written."""
    asks = (bubble.ask for bubble in reversed(shown.bubbles) if bubble.ask is not None)
    return next((ask for ask in asks if ask.kind != "none"), None)


def mark_of(shown: Shown) -> str:
    """Tells two showings apart, so that a page knows whether it is still the present one."""
    seen = "\0".join(_all_words(shown))
    return sha256(seen.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _all_words(shown: Shown) -> Iterator[str]:
    """Whatever a person can see of it or press."""
    yield f"{shown.language} {shown.turn} {shown.header}"
    for bubble in shown.bubbles:
        yield bubble.kind
        yield from bubble.paragraphs
        for button in bubble.buttons:
            yield f"{button.token} {button.label} {button.style} {button.is_on}"
        for line in bubble.lines:
            yield f"{line.token} {line.label} {line.value} {line.section} {line.state}"
        for picture in bubble.pictures:
            yield f"{picture.digest} {picture.label}"
        if bubble.ask is not None:
            yield f"{bubble.ask.kind} {bubble.ask.value}"


FILTERS: dict[str, Callable[..., object]] = {
    "by_section": by_section,
    "group_buttons": group_buttons,
    "is_long": is_long,
    "paragraph": paragraph,
    "present_ask": present_ask,
    "question_index": question_index,
}
