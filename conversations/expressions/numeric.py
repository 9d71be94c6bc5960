"""The functions of expressions that reckon: mathematics, rounding, sums over a repeat, checklists.

Where Python would raise, these give NaN or an infinity, as the reference does. Called through the
table in `functions`.
"""

import math
from collections.abc import Callable, Iterable
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Context, Decimal
from typing import Final

from conversations.expressions.coercion import (
    NOT_A_NUMBER,
    Nodes,
    Value,
    to_boolean,
    to_index,
    to_number,
)
from conversations.expressions.syntax import ExpressionError

MAX_PLACES: Final = 30

_UP: Final = Context(prec=400, rounding=ROUND_HALF_UP)
_DOWN: Final = Context(prec=400, rounding=ROUND_HALF_DOWN)


def approximate(function: Callable[..., float]) -> Callable[..., float]:
    """Outside its domain a function of mathematics is NaN, beyond the largest number infinite."""

    def run(*numbers: float) -> float:
        try:
            return function(*numbers)
        except OverflowError:
            return math.inf
        except (ValueError, ZeroDivisionError):
            return NOT_A_NUMBER

    return run


def logarithm(function: Callable[[float], float]) -> Callable[[float], float]:
    def run(number: float) -> float:
        if number == 0:
            return -math.inf
        return function(number) if number > 0 else NOT_A_NUMBER

    return run


def power(base: float, exponent: float) -> float:
    is_odd = exponent % 2 == 1 if math.isfinite(exponent) else False
    if base == 0 and exponent < 0:
        return math.copysign(math.inf, base) if is_odd else math.inf
    if math.isnan(exponent) or (abs(base) == 1 and math.isinf(exponent)):
        return NOT_A_NUMBER
    try:
        return math.pow(base, exponent)
    except OverflowError:
        return -math.inf if base < 0 and is_odd else math.inf
    except ValueError:
        return NOT_A_NUMBER


def round_to(number: float, places: float = 0.0) -> float:
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


def largest(*values: Value) -> float:
    return max(_numbers(values), default=NOT_A_NUMBER)


def smallest(*values: Value) -> float:
    return min(_numbers(values), default=NOT_A_NUMBER)


def _nodes(value: Value) -> Nodes:
    if not isinstance(value, Nodes):
        raise ExpressionError("expression.not_repeated")
    return value


def total(value: Value) -> float:
    return sum(_numbers((_nodes(value),)), 0.0)


def count(value: Value) -> float:
    return float(len(_nodes(value).values))


def count_non_empty(value: Value) -> float:
    return float(sum(1 for each in _nodes(value).values if each != ""))


def checklist(at_least: float, at_most: float, *factors: Value) -> bool:
    only = factors[0] if len(factors) == 1 else None
    all_factors: Iterable[Value] = only.values if isinstance(only, Nodes) else factors
    count = sum(map(to_boolean, all_factors))
    low, high = to_index(at_least), to_index(at_most)
    return (low < 0 or count >= low) and (high < 0 or count <= high)


def weighted_checklist(at_least: float, at_most: float, *pairs: Value) -> bool:
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
