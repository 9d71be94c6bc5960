"""What reading a typed value gives, and the small tools every kind of value shares.

A reading is the text to store, or the problem to tell the person, as a code. Not for wording.
 Called by the files of each kind; everybody else goes through `registry.values`.
"""

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import field
from datetime import date

from registry.frozen import frozen
from registry.problems import Problem

# Full-width forms a Chinese keyboard produces, and the dashes that stand for a hyphen.
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−－﹣ー"), "-")
_SPACES = dict.fromkeys(map(ord, "\u00a0\u2002\u2003\u2009\u3000"), " ")
_TO_HALF_WIDTH: dict[int, int | str] = {**_HALF_WIDTH, **_DASHES, **_SPACES}

# Invisible although Unicode calls them letters, marks or symbols: fillers and joiners.
_BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})

# No value is longer; a longer paste is refused unread.
MAX_TEXT = 500


@frozen
class Reading:
    """A value as it should be stored, or why it cannot be. Its text never reaches a log."""

    text: str = field(repr=False)
    problem: Problem | None = None
    warnings: tuple[Problem, ...] = ()  # accepted all the same; the reviewer sees them
    candidates: tuple[str, ...] = field(default=(), repr=False)  # meanings to offer as choices

    @property
    def is_accepted(self) -> bool:
        """True when the text may be stored."""
        return self.problem is None


Reader = Callable[[str, date | None], Reading]


@frozen
class Kind:
    """One kind of value: its name, how it is read, how it is masked (a row of `masks.MASKS`)."""

    name: str
    reader: Reader = field(repr=False)
    mask: str = "other"

    def read(self, text: str, today: date | None = None) -> Reading:
        """Read what somebody typed; `today` lets a date in the future be refused."""
        if not text.strip():
            return refused("", "empty")
        if len(text) > MAX_TEXT:
            return refused("", "too_long", limit=MAX_TEXT, count=len(text))
        return self.reader(text, today)


def accepted(text: str, warnings: Iterable[Problem] = ()) -> Reading:
    """The text to store."""
    return Reading(text, None, tuple(warnings))


def refused(text: str, code: str, **params: str | int) -> Reading:
    """Why it cannot be stored. `code` is the last part of a `value.…` key."""
    return Reading(text.strip(), Problem(f"value.{code}", params))


def half_width(text: str) -> str:
    """Full-width letters, digits, punctuation, odd dashes as their plain twins; ends trimmed.

    Invisible characters go too: telephones and chats add them to a copied number.
    """
    plain = text.translate(_TO_HALF_WIDTH)
    return "".join(char for char in plain if char.isspace() or not _is_hidden(char)).strip()


def compact(text: str) -> str:
    """Half-width, upper case, without the spaces and hyphens people put between groups."""
    return "".join(half_width(text).upper().replace("-", " ").split())


def has_hidden(text: str) -> bool:
    """True for control, direction, zero-width and other characters nobody can see."""
    return any(_is_hidden(char) for char in text)


def _is_hidden(char: str) -> bool:
    if char in _BLANKS or unicodedata.category(char) in _HIDDEN_CATEGORIES:
        return True
    code = ord(char)
    return 0xFE00 <= code <= 0xFE0F or 0x180B <= code <= 0x180F or 0xE0100 <= code <= 0xE01EF
