"""SQLite for one school: one connection that writes, a few read-only ones beside it.

The writer's connection is the only one that writes or checkpoints, which keeps clear of the
WAL-reset fault of SQLite before 3.51.3. Called by `storage.database` only.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from queue import Empty, LifoQueue
from typing import Final, TypeVar

from sqlalchemy import Connection

from storage.faults import Closed
from storage.memory import Memory
from storage.sealing import Sealer
from storage.sqlite_files import engine, raw_of
from storage.sqlite_writer import Writer
from storage.unit import Unit

_Value = TypeVar("_Value")

READERS: Final = 4


class SqliteBooks:
    """Implements `storage.database.Engine`."""

    def __init__(self, path: Path, sealer: Sealer, *, read_only: bool = False) -> None:
        memory = None if read_only else Memory()
        self._readers = _Readers(path, sealer, memory)
        self._writer = None if memory is None else Writer(path, sealer, memory)

    def write(self, fn: Callable[[Unit], _Value]) -> Future[_Value]:
        if self._writer is None:
            raise Closed
        return self._writer.take(fn)

    def read(self, fn: Callable[[Unit], _Value]) -> Future[_Value]:
        return self._readers.take(fn)

    def read_now(self, fn: Callable[[Unit], _Value]) -> _Value:
        return self._readers.run(fn)

    async def jot(self, fn: Callable[[Unit], _Value]) -> _Value:
        if self._writer is None:
            raise Closed
        return await self._writer.jot(fn)

    async def glance(self, fn: Callable[[Unit], _Value]) -> _Value:
        """At once: finding a few rows by key takes less than handing it to another thread."""
        if self._writer is not None and self._writer.is_free():
            return self._writer.look(fn)
        connection = self._readers.idle()
        if connection is None:
            return await asyncio.wrap_future(self.read(fn))
        return self._readers.run_on(connection, fn)

    def close(self) -> None:
        """What was taken is written; the writer's connection goes last and empties the WAL."""
        if self._writer is not None:
            self._writer.drain()
        self._readers.close()
        if self._writer is not None:
            self._writer.close()


class _Readers:
    """At most READERS read-only connections, opened when first needed."""

    def __init__(self, path: Path, sealer: Sealer, memory: Memory | None) -> None:
        self._engine = engine(path, read_only=True)
        self._sealer = sealer
        self._memory = memory
        self._threads = ThreadPoolExecutor(READERS, "reader")
        self._idle: LifoQueue[Connection | None] = LifoQueue()
        self._is_open = True
        for _ in range(READERS):
            self._idle.put(None)

    def idle(self) -> Connection | None:
        """An open connection that nobody uses; `run_on` gives it back."""
        if not self._is_open:
            raise Closed
        try:
            connection = self._idle.get_nowait()
        except Empty:
            return None
        if connection is None:
            self._idle.put(None)
        return connection

    def take(self, fn: Callable[[Unit], _Value]) -> Future[_Value]:
        if not self._is_open:
            raise Closed
        return self._threads.submit(self.run, fn)

    def run(self, fn: Callable[[Unit], _Value]) -> _Value:
        if not self._is_open:
            raise Closed
        connection = self._idle.get()
        try:
            connection = connection or self._engine.connect()
        except BaseException:
            self._idle.put(None)
            raise
        return self.run_on(connection, fn)

    def run_on(self, connection: Connection, fn: Callable[[Unit], _Value]) -> _Value:
        """One snapshot; the connection is free again afterwards."""
        try:
            raw = raw_of(connection)
            raw.execute("BEGIN")
            try:
                return fn(Unit(connection, self._sealer, self._memory))
            finally:
                raw.execute("ROLLBACK")
        finally:
            self._idle.put(connection)

    def close(self) -> None:
        self._is_open = False
        self._threads.shutdown()
        for _ in range(READERS):
            connection = self._idle.get()
            if connection is not None:
                connection.close()
        self._engine.dispose()
