"""The open connection that queries and the unit of work share: statements in, rows out.

Statements are Core constants, built once, so that the compiled text is found by identity.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias, TypeVar

from sqlalchemy import Connection, Executable, Row, text

from storage import quick
from storage.memory import Memory
from storage.sealing import Sealer

Params: TypeAlias = Mapping[str, object]
AnyRow: TypeAlias = Row[Any]
_Value = TypeVar("_Value")

_LOCK: Final = text("SELECT pg_advisory_xact_lock(hashtextextended(:school_id, 0))")


class Reader:
    """One snapshot of the books, open for reading."""

    __slots__ = ("_kept", "_memory", "_raw", "connection", "sealer")

    def __init__(
        self, connection: Connection, sealer: Sealer, memory: Memory | None = None
    ) -> None:
        self.connection = connection
        self.sealer = sealer
        self._raw: Any = connection.connection.driver_connection
        self._memory = memory
        self._kept = memory.kept if memory is not None else {}

    def first(self, statement: Executable, params: Params) -> AnyRow | None:
        """The first row; the statement is finished with it."""
        known = quick.find(statement, params, self.connection.dialect)
        if known is not None:
            rows = known.fetch(self._raw, params)
            return rows[0] if rows else None
        return self.connection.execute(statement, params).first()

    def every(self, statement: Executable, params: Params) -> Sequence[AnyRow]:
        """All rows."""
        known = quick.find(statement, params, self.connection.dialect)
        if known is not None:
            return known.fetch(self._raw, params)
        return self.connection.execute(statement, params).fetchall()

    def recall(
        self, statement: Executable, params: Params, make: Callable[[Sequence[AnyRow]], _Value]
    ) -> _Value:
        """What is made of all rows, without asking twice while nothing it reads has changed.

        The statement reads tables of `memory.WATCHED` only; `make` depends on its rows alone.
        """
        memory = self._memory
        if memory is None or memory.is_moving:
            return make(self.every(statement, params))
        key = (statement, *params.values())
        try:
            return self._kept[key]
        except KeyError:
            value = make(self.every(statement, params))
            memory.keep(self._kept, statement, key, value)
            return value

    def scalar(self, statement: Executable, params: Params) -> Any:
        """The first column of the first row."""
        row = self.first(statement, params)
        return None if row is None else row[0]

    def seal_text(self, table: str, row: str, column: str, text: str) -> bytes:
        """Text to keep in that place."""
        return self.sealer.seal(table, row, column, text.encode("utf-8", "surrogatepass"))

    def open_text(self, table: str, row: str, column: str, sealed: bytes) -> str:
        """Text kept in that place. Raises: `Tampered`, `UnknownKey`."""
        return self.sealer.unseal(table, row, column, sealed).decode("utf-8", "surrogatepass")


class Writing(Reader):
    """The same, open for writing: base of the parts of the unit of work."""

    __slots__ = ("locks",)

    def __init__(
        self, connection: Connection, sealer: Sealer, memory: Memory | None = None
    ) -> None:
        super().__init__(connection, sealer, memory)
        self.locks: set[str] = set()

    def run(self, statement: Executable, params: Params) -> int:
        """How many rows it changed."""
        known = quick.find(statement, params, self.connection.dialect)
        if known is not None:
            return known.run(self._raw, params).rowcount
        return self.connection.execute(statement, params).rowcount

    def lock(self, school_id: str) -> None:
        """From here to the commit nobody else numbers or records in that school.

        SQLite has one writer, so there is nothing to lock.
        """
        if school_id not in self.locks and self.connection.dialect.name == "postgresql":
            self.locks.add(school_id)
            self.connection.execute(_LOCK, {"school_id": school_id})
