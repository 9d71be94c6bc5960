"""The functions of expressions as one table: what each takes, gives and does.

Functions that choose which arguments to work out, or that look at the form (`if`, `once`,
`position`, `valid` …) belong to the compiler, not here. A name missing from both is refused.
"""

import math
from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import Final

from conversations.expressions import numeric, textual
from conversations.expressions.coercion import (
    INT_MAX,
    Scope,
    Single,
    Value,
    to_boolean,
    to_index,
    to_number,
    to_text,
    to_whole,
)
from conversations.expressions.dates import (
    decimal_days,
    format_date,
    from_day_number,
    from_decimal_days,
    only_day,
    read_date,
    wall_days,
)
from conversations.expressions.syntax import ExpressionError
from registry.frozen import frozen


class Kind(StrEnum):
    """What is known about a value before the form is answered."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    ANY = "any"  # one value, of a kind that depends on the answers
    NODES = "nodes"  # possibly several values


@frozen
class Function:
    """`takes`: one letter per argument (Number, Text, Boolean, Days = a number that keeps the time
    of a date, Value = one of any kind, All = several as they come, Members = of a question);
    `rest` the letter of any further ones. `folds`: constant arguments give a constant.
    """

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
    _in_range(days)
    return from_decimal_days(days, scope.zone) if keeps_time else from_day_number(days)


def _in_range(days: float) -> float:
    if abs(days) > INT_MAX:
        raise ExpressionError("expression.date_range")
    return days


def _decimal_date_time(scope: Scope, value: Single) -> Single:
    if isinstance(value, float):
        return _in_range(value)
    moment = _date_time(scope, value)
    return decimal_days(moment, scope.zone) if isinstance(moment, date) else moment


def _decimal_time(scope: Scope, value: Single) -> Single:
    if isinstance(value, float):
        return value if math.isnan(value) else _in_range(value) - math.floor(value)
    moment = _date_time(scope, value)
    if not isinstance(moment, date):
        return moment
    days = wall_days(moment)
    return days - math.floor(days)


def _format_date(scope: Scope, value: Single, pattern: Value) -> str:
    moment = _date_time(scope, value)
    return format_date(moment, to_text(pattern)) if isinstance(moment, date) else ""


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
    "abs": Function(abs, "D", _NUMBER),
    "acos": Function(numeric.approximate(math.acos), "D", _NUMBER),
    "asin": Function(numeric.approximate(math.asin), "D", _NUMBER),
    "atan": Function(math.atan, "D", _NUMBER),
    "atan2": Function(math.atan2, "DD", _NUMBER),
    "boolean": Function(to_boolean, "V", _BOOLEAN),
    "boolean-from-string": Function(textual.is_true, "T", _BOOLEAN),
    "checklist": Function(numeric.checklist, "NN", _BOOLEAN, rest="A"),
    "concat": Function(textual.concat, "", _TEXT, rest="A"),
    "contains": Function(str.__contains__, "TT", _BOOLEAN),
    "cos": Function(numeric.approximate(math.cos), "D", _NUMBER),
    "count": Function(numeric.count, "M", _NUMBER),
    "count-non-empty": Function(numeric.count_non_empty, "M", _NUMBER),
    "count-selected": Function(textual.count_selected, "V", _NUMBER),
    "date": Function(_date, "V", _ANY, sees_scope=True),
    "date-time": Function(_date_time, "V", _ANY, sees_scope=True, folds=False),
    "decimal-date-time": Function(_decimal_date_time, "V", _ANY, sees_scope=True, folds=False),
    "decimal-time": Function(_decimal_time, "V", _ANY, sees_scope=True, folds=False),
    "depend": Function(_first, "A", Kind.NODES, rest="A"),
    "ends-with": Function(str.endswith, "TT", _BOOLEAN),
    "exp": Function(numeric.approximate(math.exp), "D", _NUMBER),
    "exp10": Function(lambda number: numeric.power(10.0, number), "D", _NUMBER),
    "false": Function(lambda: False, "", _BOOLEAN),
    "format-date": Function(_format_date, "VA", _TEXT, sees_scope=True),
    "format-date-time": Function(_format_date, "VA", _TEXT, sees_scope=True),
    "int": Function(to_whole, "V", _NUMBER),
    "is-selected": Function(textual.selected, "VV", _BOOLEAN),
    "join": Function(textual.join, "T", _TEXT, rest="A"),
    "log": Function(numeric.logarithm(math.log), "D", _NUMBER),
    "log10": Function(numeric.logarithm(math.log10), "D", _NUMBER),
    "max": Function(numeric.largest, "", _NUMBER, rest="A"),
    "min": Function(numeric.smallest, "", _NUMBER, rest="A"),
    "normalize-space": Function(textual.normalize, "T", _TEXT),
    "not": Function(_not, "B", _BOOLEAN),
    "now": Function(_now, "", _ANY, sees_scope=True, folds=False),
    "number": Function(to_number, "V", _NUMBER),
    "pi": Function(lambda: math.pi, "", _NUMBER),
    "pow": Function(numeric.power, "DD", _NUMBER),
    "random": Function(_random, "", _NUMBER, sees_scope=True, folds=False),
    "regex": Function(textual.matches, "TT", _BOOLEAN),
    "round": Function(numeric.round_to, "NN", _NUMBER, optional=1),
    "selected": Function(textual.selected, "VV", _BOOLEAN),
    "selected-at": Function(textual.selected_at, "VN", _TEXT),
    "sin": Function(numeric.approximate(math.sin), "D", _NUMBER),
    "sqrt": Function(numeric.approximate(math.sqrt), "D", _NUMBER),
    "starts-with": Function(str.startswith, "TT", _BOOLEAN),
    "string": Function(to_text, "V", _TEXT),
    "string-length": Function(textual.length, "T", _NUMBER),
    "substr": Function(textual.substr, "TNN", _TEXT, optional=1),
    "substring-after": Function(textual.after, "TT", _TEXT),
    "substring-before": Function(textual.before, "TT", _TEXT),
    "sum": Function(numeric.total, "M", _NUMBER),
    "tan": Function(numeric.approximate(math.tan), "D", _NUMBER),
    "today": Function(_today, "", _ANY, sees_scope=True, folds=False),
    "translate": Function(textual.translate, "TTT", _TEXT),
    "true": Function(lambda: True, "", _BOOLEAN),
    "uuid": Function(_uuid, "N", _TEXT, optional=1, sees_scope=True, folds=False),
    "version": Function(_version, "", _TEXT, sees_scope=True, folds=False),
    "weighted-checklist": Function(numeric.weighted_checklist, "NN", _BOOLEAN, rest="A"),
}
