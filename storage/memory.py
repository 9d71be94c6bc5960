"""What was read of a school, its people and its children, kept until one of them changes.

A family's turn asks who is there and which child it is about; between two answers nothing of that
changes. One connection writes everything in an SQLite file, and its own triggers tell when a row
of those tables is touched, whoever does it. Asked through `Reader.recall`; PostgreSQL, where other
processes write, has no such memory. Decision 009.
"""

import sqlite3
from typing import Any, Final, cast

from sqlalchemy import Executable, Table
from sqlalchemy.sql.visitors import iterate

WATCHED: Final = (
    "actor", "address", "grade", "grant", "school", "school_class", "session", "student", "tie",
)  # fmt: skip
"""What a remembered statement may read."""

MOST: Final = 500
"""So many things are remembered; then all is read anew."""

_CHECKED: Final[set[Executable]] = set()


class Memory:
    """Of one file. `kept` is replaced, never emptied: whoever reads an older state of the file
    holds on to what belongs to it.
    """

    def __init__(self) -> None:
        self.kept: dict[object, Any] = {}
        self.is_moving = False  # something watched was touched and is not committed yet

    def watch(self, raw: sqlite3.Connection) -> None:
        """Hear of every change made on the connection that writes. A file that has not got all
        the tables yet is refused before anything is asked of it.
        """
        rows = raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        if not {name for (name,) in rows}.issuperset(WATCHED):
            return
        raw.create_function("touched", 0, self._touch)
        for table in WATCHED:
            for act in ("INSERT", "UPDATE", "DELETE"):
                raw.execute(
                    f'CREATE TEMP TRIGGER "{table}_{act}" AFTER {act} ON main."{table}" '
                    "BEGIN SELECT touched(); END"
                )

    def settle(self) -> None:
        """The transaction has ended: what it touched is forgotten."""
        if self.is_moving:
            self.kept = {}
            self.is_moving = False

    def keep(
        self, kept: dict[object, Any], statement: Executable, key: object, value: object
    ) -> None:
        """Remember it among what belongs to the same state of the file. Raises: ValueError for a
        statement that reads what nobody watches.
        """
        if statement not in _CHECKED:
            _check(statement)
        if len(kept) < MOST:
            kept[key] = value
        elif kept is self.kept:
            self.kept = {}

    def _touch(self) -> None:
        self.is_moving = True


def _check(statement: Executable) -> None:
    tables = {part.name for part in iterate(cast(Any, statement)) if isinstance(part, Table)}
    if not tables <= set(WATCHED):
        raise ValueError(f"not watched: {sorted(tables.difference(WATCHED))}")
    _CHECKED.add(statement)
