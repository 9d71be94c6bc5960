"""The closures that expressions are made of: a part read as one kind, operators, calls.

Written for speed: whatever is known before the form is answered is decided when the closure is
made, not when it runs. Called by `compiler` and `reading` only.
"""

import math
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final, cast

from conversations.expressions.coercion import (
    NEARLY,
    NOT_A_NUMBER,
    Nodes,
    Run,
    Scope,
    Single,
    Value,
    same,
    single,
    to_boolean,
    to_number,
    to_text,
)
from conversations.expressions.dates import wall_days
from conversations.expressions.functions import Function, Kind
from registry.frozen import frozen

Number = Callable[[Scope], float]
Text = Callable[[Scope], str]
Boolean = Callable[[Scope], bool]


@frozen
class Code:
    """A compiled part: how to work it out and what is known of the result beforehand."""

    run: Run
    kind: Kind
    constant: Single | None = None
    number: Number | None = None  # the same read as a number, where that is quicker
    is_node: bool = False  # a question or column, not something worked out


# ---- a part read as one kind ---------------------------------------------------------------


def constant(value: Single) -> Code:
    kind = Kind.ANY
    if isinstance(value, bool):
        kind = Kind.BOOLEAN
    elif isinstance(value, float):
        kind = Kind.NUMBER
    elif isinstance(value, str):
        kind = Kind.TEXT
    return Code(lambda _scope: value, kind, value)


def as_single(code: Code) -> Callable[[Scope], Single]:
    run = code.run
    if code.kind is Kind.NODES:
        return lambda scope: single(run(scope))
    return cast(Callable[[Scope], Single], run)


def as_number(code: Code) -> Number:
    if code.constant is not None:
        known = to_number(code.constant)
        return lambda _scope: known
    if code.number is not None:
        return code.number
    run = code.run
    if code.kind is Kind.NUMBER:
        return cast(Number, run)
    return lambda scope: to_number(run(scope))


def as_text(code: Code) -> Text:
    if code.constant is not None:
        known = to_text(code.constant)
        return lambda _scope: known
    run = code.run
    if code.kind is Kind.TEXT:
        return cast(Text, run)
    return lambda scope: to_text(run(scope))


def as_boolean(code: Code) -> Boolean:
    if code.constant is not None:
        known = to_boolean(code.constant)
        return lambda _scope: known
    run = code.run
    if code.kind is Kind.BOOLEAN:
        return cast(Boolean, run)
    if code.kind is Kind.TEXT:
        return lambda scope: run(scope) != ""
    return lambda scope: to_boolean(run(scope))


# ---- operators -----------------------------------------------------------------------------


def every(codes: tuple[Code, ...]) -> Boolean:
    parts = tuple(map(as_boolean, codes))
    if len(parts) == 2:
        first, second = parts
        return lambda scope: first(scope) and second(scope)

    def run(scope: Scope) -> bool:
        for part in parts:  # noqa: SIM110 - a generator would take twice the time
            if not part(scope):
                return False
        return True

    return run


def some(codes: tuple[Code, ...]) -> Boolean:
    parts = tuple(map(as_boolean, codes))
    if len(parts) == 2:
        first, second = parts
        return lambda scope: first(scope) or second(scope)

    def run(scope: Scope) -> bool:
        for part in parts:  # noqa: SIM110 - the same
            if part(scope):
                return True
        return False

    return run


def equality(left: Code, right: Code, *, is_equal: bool) -> Boolean:
    if left.constant is not None and right.constant is None:
        left, right = right, left
    kinds = {left.kind, right.kind}
    if kinds == {Kind.TEXT}:
        return _equal_texts(left, right, is_equal)
    is_numeric = left.kind is Kind.NUMBER or left.number is not None
    if kinds == {Kind.NUMBER} or (right.kind is Kind.NUMBER and is_numeric):
        return _equal_numbers(as_number(left), as_number(right), is_equal)
    if Kind.BOOLEAN in kinds:
        first, second = as_boolean(left), as_boolean(right)
        return lambda scope: (first(scope) is second(scope)) is is_equal
    one, other = as_single(left), as_single(right)
    return lambda scope: same(one(scope), other(scope)) is is_equal


def _equal_texts(left: Code, right: Code, is_equal: bool) -> Boolean:
    one, other, known = left.run, right.run, right.constant
    if known is None:
        return lambda scope: (one(scope) == other(scope)) is is_equal
    if is_equal:
        return lambda scope: one(scope) == known
    return lambda scope: one(scope) != known


def _equal_numbers(one: Number, other: Number, is_equal: bool) -> Boolean:
    return lambda scope: (abs(one(scope) - other(scope)) < NEARLY) is is_equal


def _less(one: Number, other: Number, known: float | None) -> Boolean:
    if known is not None:
        return lambda scope: one(scope) < known
    return lambda scope: one(scope) < other(scope)


def _at_most(one: Number, other: Number, known: float | None) -> Boolean:
    if known is not None:
        return lambda scope: one(scope) <= known
    return lambda scope: one(scope) <= other(scope)


def _more(one: Number, other: Number, known: float | None) -> Boolean:
    if known is not None:
        return lambda scope: one(scope) > known
    return lambda scope: one(scope) > other(scope)


def _at_least(one: Number, other: Number, known: float | None) -> Boolean:
    if known is not None:
        return lambda scope: one(scope) >= known
    return lambda scope: one(scope) >= other(scope)


def _add(one: Number, other: Number) -> Number:
    return lambda scope: one(scope) + other(scope)


def _subtract(one: Number, other: Number) -> Number:
    return lambda scope: one(scope) - other(scope)


def _multiply(one: Number, other: Number) -> Number:
    return lambda scope: one(scope) * other(scope)


def _divide(one: Number, other: Number) -> Number:
    def run(scope: Scope) -> float:
        dividend, divisor = one(scope), other(scope)
        if divisor:
            return dividend / divisor
        if dividend == 0 or math.isnan(dividend):
            return NOT_A_NUMBER
        return math.copysign(math.inf, dividend) * math.copysign(1.0, divisor)

    return run


def _remainder(one: Number, other: Number) -> Number:
    def run(scope: Scope) -> float:
        dividend, divisor = one(scope), other(scope)
        if divisor == 0 or math.isinf(dividend):
            return NOT_A_NUMBER
        return math.fmod(dividend, divisor)

    return run


COMPARISONS: Final = {"<": _less, "<=": _at_most, ">": _more, ">=": _at_least}
ARITHMETIC: Final = {
    "+": _add,
    "-": _subtract,
    "*": _multiply,
    "div": _divide,
    "mod": _remainder,
}


# ---- functions -----------------------------------------------------------------------------


def apply(function: Function, arguments: tuple[Code, ...]) -> Run:
    """The call of a function of the table, each argument read as the kind it takes."""
    run, letters = function.run, function.takes + function.rest * len(arguments)
    parts = tuple(_READ_AS[letter](code) for letter, code in zip(letters, arguments, strict=False))
    if function.sees_scope:
        return lambda scope: run(scope, *(part(scope) for part in parts))
    if len(parts) == 1:
        (only,) = parts
        return lambda scope: run(only(scope))
    if len(parts) == 2:
        first, second = parts
        return lambda scope: run(first(scope), second(scope))
    return lambda scope: run(*(part(scope) for part in parts))


def _as_it_is(code: Code) -> Run:
    return code.run


def _as_days(code: Code) -> Number:
    """As a number; a date with a time keeps it as a fraction, which elsewhere is dropped."""
    if code.kind in (Kind.NUMBER, Kind.TEXT, Kind.BOOLEAN) or code.number is not None:
        return as_number(code)
    run = code.run

    def read(scope: Scope) -> float:
        value = run(scope)
        return wall_days(value) if isinstance(value, date) else to_number(value)

    return read


def _as_members(code: Code) -> Run:
    """A question is a set of one; what is no question is refused by the function."""
    run = code.run
    if not code.is_node:
        return run

    def read(scope: Scope) -> Value:
        value = run(scope)
        return value if isinstance(value, Nodes) else Nodes((value,))

    return read


_READ_AS: Final[Mapping[str, Callable[[Code], Callable[[Scope], Value]]]] = {
    "D": _as_days,
    "N": as_number,
    "T": as_text,
    "B": as_boolean,
    "V": as_single,
    "A": _as_it_is,
    "M": _as_members,
}


def depends_on_zone(arguments: tuple[Code, ...]) -> bool:
    """Whether constants may mean a moment: anything but the text of a plain date may."""
    return any(not isinstance(each.constant, str) or "T" in each.constant for each in arguments)
