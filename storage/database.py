"""The door to the books: `write(fn)` runs a unit of work, `read(fn)` a query.

A write returns only when it would survive a power cut. `fn` gets an open `Unit`, when reading
one that cannot write, and has no effect outside it: it may be run again. Opened once by the
program; `write_now` and `read_now` are for the command line and for tests.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Final, Protocol, TypeVar

from sqlalchemy import URL, insert, inspect, make_url, select, text

from storage import tables as t
from storage.faults import SchemaError
from storage.lock import HomeLock
from storage.migrations import HEAD, OLDER
from storage.postgres import PostgresBooks
from storage.reader import Reader
from storage.sealing import Keys, Sealer
from storage.sqlite import SqliteBooks
from storage.unit import Unit

_Value = TypeVar("_Value")

_WITNESS: Final = select(t.installation.c.witness)
_REVISION: Final = text("SELECT version_num FROM alembic_version")


class Engine(Protocol):
    """What differs between the two databases."""

    def write(self, fn: Callable[[Unit], _Value]) -> Future[_Value]: ...
    async def jot(self, fn: Callable[[Unit], _Value]) -> _Value: ...
    def read(self, fn: Callable[[Unit], _Value]) -> Future[_Value]: ...
    def read_now(self, fn: Callable[[Unit], _Value]) -> _Value: ...
    async def glance(self, fn: Callable[[Unit], _Value]) -> _Value: ...
    def close(self) -> None: ...


class Database:
    """The open books. Made by `open`."""

    def __init__(self, engine: Engine, sealer: Sealer, lock: HomeLock | None) -> None:
        self._engine = engine
        self._lock = lock
        self._is_open = True
        self.sealer = sealer

    @classmethod
    def open(cls, url: str, keys: Keys, home: Path, *, read_only: bool = False) -> "Database":
        """Open a migrated database; only a read-only one beside another process.

        Raises: `InUse`, `SchemaError`, `WrongKey` (nothing is written then).
        """
        lock = None if read_only else HomeLock(home)
        try:
            return cls._open(make_url(url), keys, lock)
        except BaseException:
            if lock is not None:
                lock.release()
            raise

    @classmethod
    def _open(cls, url: URL, keys: Keys, lock: HomeLock | None) -> "Database":
        sealer = Sealer(keys)
        engine = _engine(url, sealer, read_only=lock is None)
        try:
            engine.read_now(_check_schema)
            witness = engine.read_now(lambda reader: reader.scalar(_WITNESS, {}))
            if witness is not None:
                sealer.recognise(witness)
            elif lock is not None:
                engine.write(_leave_witness).result()
        except BaseException:
            engine.close()
            raise
        return cls(engine, sealer, lock)

    async def write(self, fn: Callable[[Unit], _Value]) -> _Value:
        """Run a unit of work; back after its commit."""
        return await asyncio.wrap_future(self._engine.write(fn))

    async def jot(self, fn: Callable[[Unit], _Value]) -> _Value:
        """`write` for a few rows found by key, such as a turn's; may hold up the caller."""
        return await self._engine.jot(fn)

    async def read(self, fn: Callable[[Unit], _Value]) -> _Value:
        """Run a query on one snapshot."""
        return await asyncio.wrap_future(self._engine.read(fn))

    async def glance(self, fn: Callable[[Unit], _Value]) -> _Value:
        """`read` for a few rows found by key, asked on every request; may hold up the caller."""
        return await self._engine.glance(fn)

    def write_now(self, fn: Callable[[Unit], _Value]) -> _Value:
        """The same, for code without an event loop."""
        return self._engine.write(fn).result()

    def read_now(self, fn: Callable[[Unit], _Value]) -> _Value:
        """The same, for code without an event loop."""
        return self._engine.read_now(fn)

    def close(self) -> None:
        """Everything taken is written first; a second time changes nothing."""
        if not self._is_open:
            return
        self._is_open = False
        self._engine.close()
        if self._lock is not None:
            self._lock.release()


def sqlite_path(url: str | URL) -> Path | None:
    """The file of an SQLite URL; None for another database."""
    parsed = make_url(url)
    return Path(parsed.database or "") if parsed.get_backend_name() == "sqlite" else None


def _engine(url: URL, sealer: Sealer, *, read_only: bool) -> Engine:
    path = sqlite_path(url)
    if path is None:
        return PostgresBooks(
            url.render_as_string(hide_password=False), sealer, read_only=read_only
        )
    if not path.exists():
        raise SchemaError("storage.schema_missing")
    return SqliteBooks(path, sealer, read_only=read_only)


def _check_schema(reader: Reader) -> None:
    """An old program never touches a newer schema, nor a new one an older."""
    if not inspect(reader.connection).has_table("alembic_version"):
        raise SchemaError("storage.schema_missing")
    found = reader.scalar(_REVISION, {})
    if found != HEAD:
        known = found is None or found in OLDER
        raise SchemaError("storage.schema_old" if known else "storage.schema_new")


def _leave_witness(unit: Unit) -> None:
    unit.run(insert(t.installation), {"id": 1, "witness": unit.sealer.witness()})
