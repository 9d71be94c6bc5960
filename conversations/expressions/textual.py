"""The functions of expressions that handle text: parts of it, patterns, answers to selections.

Positions count UTF-16 units as the reference does; what is built has a largest length. Called
through the table in `functions`.
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final

import re2

from conversations.expressions.coercion import (
    BLANKS,
    INT_MAX,
    Nodes,
    Single,
    Value,
    to_index,
    to_text,
)
from conversations.expressions.syntax import ExpressionError

MAX_TEXT: Final = 100_000
MAX_PATTERN: Final = 2_000

_WORD: Final = re.compile(r"[^ ]+")
_SPACES: Final = re.compile(r"[ \t\n\x0b\f\r]+")


def concat(*values: Value) -> str:
    return join("", *values)


def join(separator: Value, *values: Value) -> str:
    only = values[0] if len(values) == 1 else None
    all_values: Iterable[Value] = only.values if isinstance(only, Nodes) else values
    return _bounded(to_text(separator).join(map(to_text, all_values)))


def _bounded(text: str) -> str:
    if len(text) > MAX_TEXT:
        raise ExpressionError("expression.text_too_long", (str(MAX_TEXT),))
    return text


def length(text: str) -> float:
    """In UTF-16 units, as the reference counts: a rare character outside the BMP counts two."""
    return float(len(text)) if text.isascii() else len(text.encode("utf-16-le", "replace")) / 2


def substr(text: str, start: float, end: float = float(INT_MAX)) -> str:
    units = text.encode("utf-16-le", "replace")
    length = len(units) // 2
    first, last = (_within(to_index(at), length) for at in (start, end))
    return units[first * 2 : last * 2].decode("utf-16-le", "replace") if first < last else ""


def _within(index: int, length: int) -> int:
    return max(0, min(index + length if index < 0 else index, length))


def before(text: str, mark: str) -> str:
    head, found, _ = text.partition(mark) if mark else ("", "", "")
    return head if found else ""


def after(text: str, mark: str) -> str:
    return text.partition(mark)[2] if mark else text


def translate(text: str, old: str, new: str) -> str:
    table = {ord(each): new[at : at + 1] for at, each in reversed(tuple(enumerate(old)))}
    return text.translate(table)


def normalize(text: str) -> str:
    return _SPACES.sub(" ", text.strip(BLANKS))


def _choices(value: Single) -> str:
    """An answer to a selection; a number is none, and the reference refuses it as well."""
    if not isinstance(value, str):
        raise ExpressionError("expression.not_a_choice")
    return value


def selected(chosen: Single, choice: Single) -> bool:
    return f" {_choices(choice).strip(BLANKS)} " in f" {_choices(chosen)} "


def count_selected(chosen: Single) -> float:
    return float(len(_WORD.findall(_choices(chosen))))


def selected_at(chosen: Single, index: float) -> str:
    choices = _WORD.findall(_choices(chosen))
    at = to_index(index)
    return choices[at] if 0 <= at < len(choices) else ""


@lru_cache(maxsize=64)
def compile_pattern(pattern: str) -> Callable[[str], object]:
    """A whole-text matcher that runs in linear time. Raises: `expression.pattern`."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 20
    if len(pattern) > MAX_PATTERN:
        raise ExpressionError("expression.pattern", (pattern[:40],))
    try:
        matcher: Callable[[str], object] = re2.compile(pattern, options).fullmatch
    except re2.error:
        raise ExpressionError("expression.pattern", (pattern[:40],)) from None
    return matcher


def matches(text: str, pattern: str) -> bool:
    return compile_pattern(pattern)(text) is not None


def is_true(text: str) -> bool:
    return text == "1" or text.lower() == "true"
