"""Core statements of the turn, compiled once and handed to SQLite as they are.

`quick(statement)` marks a constant; `Reader` and `Writing` then run it without the layers that a
general execution passes through, which cost more than the statement. Elsewhere, and for whatever
cannot be compiled once (a list of unknown length), nothing changes.
"""

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar, cast

from sqlalchemy import Executable
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

_Statement = TypeVar("_Statement", bound=Executable)
_Convert = Callable[[Any], Any]
_Keys = tuple[str, ...]

_MARKED: Final[dict[Executable, dict[_Keys, "Quick | None"]]] = {}


def quick(statement: _Statement) -> _Statement:
    """Mark a module's constant; returns it unchanged."""
    _MARKED[statement] = {}
    return statement


def find(statement: Executable, params: Mapping[str, object], dialect: Dialect) -> "Quick | None":
    """How to run it with these parameters; None = the usual way."""
    compiled = _MARKED.get(statement)
    if compiled is None or dialect.name != "sqlite":
        return None
    keys = tuple(params)
    try:
        return compiled[keys]
    except KeyError:
        compiled[keys] = made = _compile(statement, keys, dialect)
        return made


class Quick:
    """One compiled statement: text, and what turns values into columns and back."""

    __slots__ = ("_binds", "_converts", "_row", "_sql")

    def __init__(
        self,
        sql: str,
        binds: Sequence[tuple[str, object, _Convert | None]],
        columns: Sequence[tuple[str, _Convert | None]],
    ) -> None:
        self._sql = sql
        self._binds = tuple(binds)
        self._row: Any = namedtuple("Row", [name for name, _ in columns])  # type: ignore[misc]
        self._converts = tuple(
            (at, convert) for at, (_, convert) in enumerate(columns) if convert is not None
        )

    def run(self, raw: sqlite3.Connection, params: Mapping[str, object]) -> sqlite3.Cursor:
        """The cursor, executed."""
        values = []
        for name, default, convert in self._binds:
            value = params.get(name, default)
            values.append(value if convert is None else convert(value))
        return raw.execute(self._sql, values)

    def fetch(self, raw: sqlite3.Connection, params: Mapping[str, object]) -> list[Any]:
        """Every row, with its columns by name."""
        rows = self.run(raw, params).fetchall()
        if not self._converts:
            return [self._row._make(row) for row in rows]
        return [self._row._make(self._converted(row)) for row in rows]

    def _converted(self, row: Sequence[object]) -> list[object]:
        values = list(row)
        for at, convert in self._converts:
            values[at] = convert(values[at])
        return values


def _compile(statement: Executable, keys: _Keys, dialect: Dialect) -> Quick | None:
    compiled = cast(Any, statement).compile(dialect=dialect, column_keys=list(keys))
    names = compiled.positiontup
    if not isinstance(compiled, SQLCompiler) or names is None or compiled.post_compile_params:
        return None
    known = compiled.params
    binds = [(name, known[name], _binder(compiled.binds[name].type, dialect)) for name in names]
    columns = (
        [
            (name, _reader(column.type, dialect))
            for name, column in cast(Any, statement).exported_columns.items()
        ]
        if _gives_rows(statement)
        else []
    )
    if any(not name.isidentifier() or name.startswith("_") for name, _ in columns):
        return None
    return Quick(str(compiled), binds, columns)


def _gives_rows(statement: Executable) -> bool:
    return bool(getattr(statement, "is_select", False) or getattr(statement, "_returning", ()))


def _binder(kind: TypeEngine[Any], dialect: Dialect) -> _Convert | None:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _reader(kind: TypeEngine[Any], dialect: Dialect) -> _Convert | None:
    return kind.dialect_impl(dialect).result_processor(dialect, None)
