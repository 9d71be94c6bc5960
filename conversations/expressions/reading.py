"""Where expressions meet the form: reading answers, members of a repeat, rows of a table.

Makes closures for `compiler`; the answers themselves come with the scope.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from conversations.expressions.closures import Code, Number, Text, as_single
from conversations.expressions.coercion import (
    NOT_A_NUMBER,
    NUMERIC,
    TYPED,
    Nodes,
    Ref,
    Run,
    Scope,
    Single,
    Value,
    read_number,
    read_typed,
    to_boolean,
    to_index,
)
from conversations.expressions.functions import Kind
from conversations.expressions.syntax import ExpressionError

NO_NODES: Final = Nodes(())


def reference(ref: Ref) -> Code:
    """The value of a question; from outside its repeat the values of all members."""
    if ref.type == "repeat":
        return Code(lambda scope: Nodes(members(scope, ref.path)), Kind.NODES)
    if ref.repeat:
        return Code(_member_value(ref), Kind.NODES)
    path, kind = ref.path, ref.type
    if ref.is_worked_out:
        return Code(lambda scope: _answer(scope, path, ref), Kind.ANY)
    if kind in NUMERIC:
        return Code(lambda scope: _numeric(scope.values.get(path)), Kind.ANY, None, _number(path))
    if kind in TYPED:
        return Code(lambda scope: read_typed(scope.values.get(path, ""), kind, scope), Kind.ANY)
    return Code(lambda scope: scope.values.get(path, ""), Kind.TEXT)


def _answer(scope: Scope, path: str, ref: Ref) -> Single:
    """The answer at that path, which may be one member's, of a question."""
    text = scope.values.get(path, "")
    if text and ref.is_worked_out:
        found = scope.worked_out.get(path)
        if found is not None:
            return found
    return read_typed(text, ref.type, scope)


def _numeric(text: str | None) -> Single:
    return read_number(text) if text else ""


def _number(path: str) -> Number:
    def run(scope: Scope) -> float:
        text = scope.values.get(path)
        return read_number(text) if text else NOT_A_NUMBER

    return run


def read_current(scope: Scope) -> Value:
    if scope.current is None:
        raise ExpressionError("expression.no_current")
    return read_typed(scope.current, scope.current_type, scope)


def members(scope: Scope, repeat: str) -> tuple[str, ...]:
    return tuple(scope.values.get(repeat, "").split())


def _member_value(ref: Ref) -> Run:
    repeat = ref.repeat
    start, rest = f"{repeat}#", ref.path[len(repeat) :]

    def run(scope: Scope) -> Value:
        if scope.repeat == repeat:
            return _answer(scope, f"{start}{scope.member}{rest}", ref)
        paths = (f"{start}{member}{rest}" for member in members(scope, repeat))
        asked = (path for path in paths if path not in scope.unasked)
        return Nodes(tuple(_answer(scope, path, ref) for path in asked))

    return run


def nth_member(ref: Ref, index: Number) -> Run:
    """The answer of the member at an index from 1; below 1 the first, beyond the last nothing."""
    repeat = ref.repeat
    rest = ref.path[len(repeat) :]

    def run(scope: Scope) -> Value:
        all_members = members(scope, repeat)
        at = max(to_index(index(scope)), 1) - 1
        if at >= len(all_members):
            return ""
        return _answer(scope, f"{repeat}#{all_members[at]}{rest}", ref)

    return run


def position(scope: Scope) -> Value:
    if not scope.repeat:
        return 1.0
    all_members = members(scope, scope.repeat)
    return float(all_members.index(scope.member) + 1) if scope.member in all_members else 0.0


def read_column(name: str) -> Run:
    """A column of the choice a filter looks at; outside a filter nothing."""
    return lambda scope: scope.choice.get(name, "") if scope.choice else ""


def select_rows(table: str, conditions: tuple[Code, ...], column: str) -> Run:
    """One column of the rows of a table that meet the conditions; a number picks by position."""
    tests = tuple(map(as_single, conditions))

    def run(scope: Scope) -> Value:
        rows = (scope.tables or {}).get(table, ())
        before = scope.choice
        try:
            for test in tests:
                rows = tuple(row for at, row in enumerate(rows, 1) if _meets(scope, row, at, test))
        finally:
            scope.choice = before
        return Nodes(tuple(row.get(column, "") for row in rows))

    return run


def _meets(scope: Scope, row: Mapping[str, str], at: int, test: Callable[[Scope], Single]) -> bool:
    scope.choice = row
    value = test(scope)
    if isinstance(value, float) and not isinstance(value, bool):
        return value == at
    return to_boolean(value)


def pull(table: str, wanted: str, key_column: str, key: Text) -> Run:
    """The first row with that key; the rows are indexed when they are first seen."""
    seen: tuple[Sequence[Mapping[str, str]], Mapping[str, Mapping[str, str]]] = ((), {})

    def run(scope: Scope) -> Value:
        nonlocal seen
        rows = (scope.tables or {}).get(table, ())
        if rows is not seen[0]:
            seen = (rows, {row.get(key_column, ""): row for row in reversed(rows)})
        found = seen[1].get(key(scope))
        return found.get(wanted, "") if found else ""

    return run
