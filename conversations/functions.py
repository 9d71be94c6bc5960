"""The functions of expressions as one table: what each takes, gives and does.

Functions that choose which arguments to work out, or that look at the form (`if`, `once`,
`position`, `valid` …) belong to the compiler, not here. A name missing from both is refused.
"""

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Context, Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Final

import re2

from conversations.coercion import (
    NOT_A_NUMBER,
    Nodes,
    Scope,
    Single,
    Value,
    to_boolean,
    to_index,
    to_number,
    to_text,
    to_whole,
)
from conversations.dates import (
    decimal_days,
    format_date,
    fraction_of_day,
    from_day_number,
    from_decimal_days,
    only_day,
    read_date,
)
from conversations.syntax import ExpressionError

MAX_TEXT: Final = 100_000
MAX_PATTERN: Final = 2_000
MAX_PLACES: Final = 30

_BLANKS: Final = "".join(map(chr, range(33)))
_DAYS_MAX: Final = 2**31 - 1
_WORD: Final = re.compile(r"[^ ]+")
_SPACES: Final = re.compile(r"[ \t\n\x0b\f\r]+")
_UP: Final = Context(prec=400, rounding=ROUND_HALF_UP)
_DOWN: Final = Context(prec=400, rounding=ROUND_HALF_DOWN)


class Kind(StrEnum):
    """What is known about a value before the form is answered."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    ANY = "any"  # one value, of a kind that depends on the answers
    NODES = "nodes"  # possibly several values


@dataclass(frozen=True, slots=True)
class Function:
    """`takes`: one letter per argument (Number, Text, Boolean, Value = one of any kind, All);
    `rest` the letter of any further ones. `folds`: constant arguments give a constant."""

    run: Callable[..., Value]
    takes: str
    gives: Kind
    rest: str = ""
    optional: int = 0
    sees_scope: bool = False
    folds: bool = True

    def accepts(self, count: int) -> bool:
        at_least = len(self.takes) - self.optional
        return count >= at_least if self.rest else at_least <= count <= len(self.takes)


def _approximate(function: Callable[..., float]) -> Callable[..., float]:
    """Outside its domain a function of mathematics is NaN, beyond the largest number infinite."""

    def run(*numbers: float) -> float:
        try:
            return function(*numbers)
        except OverflowError:
            return math.inf
        except (ValueError, ZeroDivisionError):
            return NOT_A_NUMBER

    return run


def _logarithm(function: Callable[[float], float]) -> Callable[[float], float]:
    def run(number: float) -> float:
        if number == 0:
            return -math.inf
        return function(number) if number > 0 else NOT_A_NUMBER

    return run


def _power(base: float, exponent: float) -> float:
    is_odd = exponent % 2 == 1 if math.isfinite(exponent) else False
    if base == 0 and exponent < 0:
        return math.copysign(math.inf, base) if is_odd else math.inf
    if abs(base) == 1 and math.isinf(exponent):
        return NOT_A_NUMBER
    try:
        return math.pow(base, exponent)
    except OverflowError:
        return -math.inf if base < 0 and is_odd else math.inf
    except ValueError:
        return NOT_A_NUMBER


def _round(number: float, places: float = 0.0) -> float:
    """Halves go up, below zero towards zero; negative places are cut after adding a half."""
    if not math.isfinite(number):
        return number
    shift = to_index(places)
    if abs(shift) > MAX_PLACES:
        return NOT_A_NUMBER
    exact = Decimal(repr(number))
    if shift >= 0:
        rounding = _DOWN if number < 0 else _UP
        return float(exact.quantize(Decimal(1).scaleb(-shift), context=rounding))
    scaled = float(exact.scaleb(shift)) + 0.5
    return float(Decimal(math.trunc(scaled)).scaleb(-shift))


def _numbers(values: tuple[Value, ...]) -> Iterable[float]:
    """The numbers among the arguments, or among the members of the only argument."""
    only = values[0] if len(values) == 1 else None
    all_values: Iterable[Value] = only.values if isinstance(only, Nodes) else values
    return (number for number in map(to_number, all_values) if not math.isnan(number))


def _largest(*values: Value) -> float:
    return max(_numbers(values), default=NOT_A_NUMBER)


def _smallest(*values: Value) -> float:
    return min(_numbers(values), default=NOT_A_NUMBER)


def _nodes(value: Value) -> Nodes:
    if not isinstance(value, Nodes):
        raise ExpressionError("expression.not_repeated")
    return value


def _sum(value: Value) -> float:
    return sum(_numbers((_nodes(value),)), 0.0)


def _count(value: Value) -> float:
    return float(len(_nodes(value).values))


def _count_non_empty(value: Value) -> float:
    return float(sum(1 for each in _nodes(value).values if each != ""))


def _concat(*values: Value) -> str:
    return _join("", *values)


def _join(separator: Value, *values: Value) -> str:
    only = values[0] if len(values) == 1 else None
    all_values: Iterable[Value] = only.values if isinstance(only, Nodes) else values
    return _bounded(to_text(separator).join(map(to_text, all_values)))


def _bounded(text: str) -> str:
    if len(text) > MAX_TEXT:
        raise ExpressionError("expression.text_too_long", (str(MAX_TEXT),))
    return text


def _length(text: str) -> float:
    """In UTF-16 units, as the reference counts: a rare character outside the BMP counts two."""
    return float(len(text)) if text.isascii() else len(text.encode("utf-16-le", "replace")) / 2


def _substr(text: str, start: float, end: float = float(_DAYS_MAX)) -> str:
    units = text.encode("utf-16-le", "replace")
    length = len(units) // 2
    first, last = (_within(to_index(at), length) for at in (start, end))
    return units[first * 2 : last * 2].decode("utf-16-le", "replace") if first < last else ""


def _within(index: int, length: int) -> int:
    return max(0, min(index + length if index < 0 else index, length))


def _before(text: str, mark: str) -> str:
    head, found, _ = text.partition(mark) if mark else ("", "", "")
    return head if found else ""


def _after(text: str, mark: str) -> str:
    return text.partition(mark)[2] if mark else text


def _translate(text: str, old: str, new: str) -> str:
    table = {ord(each): new[at : at + 1] for at, each in reversed(tuple(enumerate(old)))}
    return text.translate(table)


def _normalize(text: str) -> str:
    return _SPACES.sub(" ", text.strip(_BLANKS))


def _choices(value: Single) -> str:
    """An answer to a selection; a number is none, and the reference refuses it as well."""
    if not isinstance(value, str):
        raise ExpressionError("expression.not_a_choice")
    return value


def _selected(chosen: Single, choice: Single) -> bool:
    return f" {_choices(choice).strip(_BLANKS)} " in f" {_choices(chosen)} "


def _count_selected(chosen: Single) -> float:
    return float(len(_WORD.findall(_choices(chosen))))


def _selected_at(chosen: Single, index: float) -> str:
    choices = _WORD.findall(_choices(chosen))
    at = to_index(index)
    return choices[at] if 0 <= at < len(choices) else ""


def _checklist(at_least: float, at_most: float, *factors: Value) -> bool:
    only = factors[0] if len(factors) == 1 else None
    all_factors: Iterable[Value] = only.values if isinstance(only, Nodes) else factors
    count = sum(map(to_boolean, all_factors))
    low, high = to_index(at_least), to_index(at_most)
    return (low < 0 or count >= low) and (high < 0 or count <= high)


def _weighted_checklist(at_least: float, at_most: float, *pairs: Value) -> bool:
    flags, weights = pairs[::2], pairs[1::2]
    if len(pairs) == 2 and isinstance(pairs[0], Nodes) and isinstance(pairs[1], Nodes):
        flags, weights = pairs[0].values, pairs[1].values
    if len(flags) != len(weights):
        raise ExpressionError("expression.pairs", ("weighted-checklist",))
    total = sum(
        weight
        for flag, weight in zip(flags, map(to_number, weights), strict=True)
        if to_boolean(flag)
    )
    return at_least <= total <= at_most


@lru_cache(maxsize=512)
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


def _regex(text: str, pattern: str) -> bool:
    return compile_pattern(pattern)(text) is not None


def _is_true(text: str) -> bool:
    return text == "1" or text.lower() == "true"


def _not(value: bool) -> bool:
    return not value


def _date(scope: Scope, value: Single) -> Single:
    return _moment(scope, value, keeps_time=False)


def _date_time(scope: Scope, value: Single) -> Single:
    return _moment(scope, value, keeps_time=True)


def _moment(scope: Scope, value: Single, *, keeps_time: bool) -> Single:
    """Text, day number or date as a date; empty text and NaN stay what they are."""
    if isinstance(value, str):
        return read_date(value, scope.zone) if value else value
    if isinstance(value, bool):
        raise ExpressionError("expression.not_a_date", (to_text(value),))
    if isinstance(value, float):
        return _from_number(scope, value, keeps_time=keeps_time)
    return value if keeps_time else only_day(value)


def _from_number(scope: Scope, days: float, *, keeps_time: bool) -> Single:
    if math.isnan(days):
        return days
    if abs(days) > _DAYS_MAX:
        raise ExpressionError("expression.date_range")
    return from_decimal_days(days, scope.zone) if keeps_time else from_day_number(days)


def _decimal_date_time(scope: Scope, value: Single) -> Single:
    if isinstance(value, float) and not math.isinf(value):
        return value
    moment = _date_time(scope, value)
    return decimal_days(moment, scope.zone) if isinstance(moment, date) else moment


def _decimal_time(scope: Scope, value: Single) -> Single:
    if isinstance(value, float) and not math.isinf(value):
        return value - math.floor(value) if not math.isnan(value) else value
    moment = _date_time(scope, value)
    return fraction_of_day(moment) if isinstance(moment, date) else moment


def _format_date(scope: Scope, value: Single, pattern: str) -> str:
    moment = _date_time(scope, value)
    return format_date(moment, pattern) if isinstance(moment, date) else ""


def _today(scope: Scope) -> Single:
    return scope.now.date()


def _now(scope: Scope) -> Single:
    return scope.now


def _random(scope: Scope) -> float:
    if scope.draw is None:
        raise ExpressionError("expression.no_random")
    return scope.draw()


def _uuid(scope: Scope, length: float = 32.0) -> str:
    """Drawn hexadecimal digits; without a length in the usual five groups."""
    drawn = [f"{int(_random(scope) * 16):x}" for _ in range(max(0, min(to_index(length), 64)))]
    return "".join(drawn)


def _version(scope: Scope) -> str:
    return scope.version


def _first(value: Value, *_others: Value) -> Value:
    return value


_NUMBER, _TEXT, _BOOLEAN, _ANY = Kind.NUMBER, Kind.TEXT, Kind.BOOLEAN, Kind.ANY

FUNCTIONS: Final = {
    "abs": Function(abs, "N", _NUMBER),
    "acos": Function(_approximate(math.acos), "N", _NUMBER),
    "asin": Function(_approximate(math.asin), "N", _NUMBER),
    "atan": Function(math.atan, "N", _NUMBER),
    "atan2": Function(math.atan2, "NN", _NUMBER),
    "boolean": Function(to_boolean, "V", _BOOLEAN),
    "boolean-from-string": Function(_is_true, "T", _BOOLEAN),
    "checklist": Function(_checklist, "NN", _BOOLEAN, rest="A"),
    "concat": Function(_concat, "", _TEXT, rest="A"),
    "contains": Function(str.__contains__, "TT", _BOOLEAN),
    "cos": Function(_approximate(math.cos), "N", _NUMBER),
    "count": Function(_count, "A", _NUMBER),
    "count-non-empty": Function(_count_non_empty, "A", _NUMBER),
    "count-selected": Function(_count_selected, "V", _NUMBER),
    "date": Function(_date, "V", _ANY, sees_scope=True),
    "date-time": Function(_date_time, "V", _ANY, sees_scope=True),
    "decimal-date-time": Function(_decimal_date_time, "V", _ANY, sees_scope=True),
    "decimal-time": Function(_decimal_time, "V", _ANY, sees_scope=True),
    "depend": Function(_first, "A", Kind.NODES, rest="A"),
    "ends-with": Function(str.endswith, "TT", _BOOLEAN),
    "exp": Function(_approximate(math.exp), "N", _NUMBER),
    "exp10": Function(lambda number: _power(10.0, number), "N", _NUMBER),
    "false": Function(lambda: False, "", _BOOLEAN),
    "format-date": Function(_format_date, "VT", _TEXT, sees_scope=True),
    "format-date-time": Function(_format_date, "VT", _TEXT, sees_scope=True),
    "int": Function(to_whole, "V", _NUMBER),
    "is-selected": Function(_selected, "VV", _BOOLEAN),
    "join": Function(_join, "T", _TEXT, rest="A"),
    "log": Function(_logarithm(math.log), "N", _NUMBER),
    "log10": Function(_logarithm(math.log10), "N", _NUMBER),
    "max": Function(_largest, "", _NUMBER, rest="A"),
    "min": Function(_smallest, "", _NUMBER, rest="A"),
    "normalize-space": Function(_normalize, "T", _TEXT),
    "not": Function(_not, "B", _BOOLEAN),
    "now": Function(_now, "", _ANY, sees_scope=True, folds=False),
    "number": Function(to_number, "V", _NUMBER),
    "pi": Function(lambda: math.pi, "", _NUMBER),
    "pow": Function(_power, "NN", _NUMBER),
    "random": Function(_random, "", _NUMBER, sees_scope=True, folds=False),
    "regex": Function(_regex, "TT", _BOOLEAN),
    "round": Function(_round, "NN", _NUMBER, optional=1),
    "selected": Function(_selected, "VV", _BOOLEAN),
    "selected-at": Function(_selected_at, "VN", _TEXT),
    "sin": Function(_approximate(math.sin), "N", _NUMBER),
    "sqrt": Function(_approximate(math.sqrt), "N", _NUMBER),
    "starts-with": Function(str.startswith, "TT", _BOOLEAN),
    "string": Function(to_text, "V", _TEXT),
    "string-length": Function(_length, "T", _NUMBER),
    "substr": Function(_substr, "TNN", _TEXT, optional=1),
    "substring-after": Function(_after, "TT", _TEXT),
    "substring-before": Function(_before, "TT", _TEXT),
    "sum": Function(_sum, "A", _NUMBER),
    "tan": Function(_approximate(math.tan), "N", _NUMBER),
    "today": Function(_today, "", _ANY, sees_scope=True, folds=False),
    "translate": Function(_translate, "TTT", _TEXT),
    "true": Function(lambda: True, "", _BOOLEAN),
    "uuid": Function(_uuid, "N", _TEXT, optional=1, sees_scope=True, folds=False),
    "version": Function(_version, "", _TEXT, sees_scope=True, folds=False),
    "weighted-checklist": Function(_weighted_checklist, "NN", _BOOLEAN, rest="A"),
}
