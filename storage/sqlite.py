"""SQLite for one school: one thread that writes, a few read-only connections beside it.

The writer's connection is the only one that writes or checkpoints, which keeps clear of the
WAL-reset fault of SQLite before 3.51.3. Units waiting together share one commit, each in a
savepoint of its own. Called by `storage.database` only.
"""

import asyncio
import os
import sqlite3
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from queue import Empty, LifoQueue, SimpleQueue
from threading import Lock, Thread, current_thread
from typing import Any, Final, TypeVar, cast
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from storage.faults import Closed, StorageError, Unavailable
from storage.sealing import Sealer
from storage.unit import Unit

_Value = TypeVar("_Value")

BUSY_SECONDS: Final = 5
READERS: Final = 4
# A shared commit takes at most so many units: the first of them must not wait for ever.
SHARED_UNITS: Final = 64
CACHED_STATEMENTS: Final = 512

_WRITER_PRAGMAS: Final = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA journal_size_limit=67108864",
)
_READER_PRAGMAS: Final = (
    "PRAGMA query_only=ON",
    "PRAGMA wal_autocheckpoint=0",
    "PRAGMA synchronous=FULL",
    "PRAGMA temp_store=MEMORY",
)
_CODES: Final = {"SQLITE_BUSY": "storage.busy", "SQLITE_FULL": "storage.full"}


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """A raw connection that never opens a transaction by itself."""
    if not read_only and not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
    connection = sqlite3.connect(
        f"file:{quote(str(path))}?mode={'ro' if read_only else 'rw'}",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=CACHED_STATEMENTS,
    )
    for pragma in _READER_PRAGMAS if read_only else _WRITER_PRAGMAS:
        connection.execute(pragma)
    return connection


def engine(path: Path, *, read_only: bool = False) -> Engine:
    """An engine over `connect`, without a pool."""
    return create_engine(
        "sqlite://",
        creator=lambda: connect(path, read_only=read_only),
        poolclass=NullPool,
        query_cache_size=2000,
        execution_options={"preserve_rowcount": True},
    )


class SqliteBooks:
    """Implements `storage.database.Engine`."""

    def __init__(self, path: Path, sealer: Sealer, *, read_only: bool = False) -> None:
        self._readers = _Readers(path, sealer)
        self._writer = None if read_only else _Writer(path, sealer)

    def write(self, fn: Callable[[Unit], _Value]) -> Future[_Value]:
        if self._writer is None:
            raise Closed
        return self._writer.take(fn)

    def read(self, fn: Callable[[Unit], _Value]) -> Future[_Value]:
        return self._readers.take(fn)

    def read_now(self, fn: Callable[[Unit], _Value]) -> _Value:
        return self._readers.run(fn)

    async def glance(self, fn: Callable[[Unit], _Value]) -> _Value:
        """At once: finding a few rows by key takes less than handing it to another thread."""
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


class _Work:
    """One unit on its way, with what became of it."""

    __slots__ = ("error", "fn", "future", "result")

    def __init__(self, fn: Callable[[Unit], Any]) -> None:
        self.fn = fn
        self.future: Future[Any] = Future()
        self.result: object = None
        self.error: BaseException | None = None

    def settle(self) -> None:
        if self.error is None:
            self.future.set_result(self.result)
        else:
            self.future.set_exception(self.error)


class _Writer:
    """The thread that owns the writing connection."""

    def __init__(self, path: Path, sealer: Sealer) -> None:
        self._sealer = sealer
        self._engine = engine(path)
        self._connection = self._engine.connect()
        self._raw = _raw(self._connection)
        _assert_durable(self._raw)
        self._queue: SimpleQueue[_Work | None] = SimpleQueue()
        self._gate = Lock()
        self._is_open = True
        self._thread = Thread(target=self._serve, name="writer", daemon=True)
        self._thread.start()

    def take(self, fn: Callable[[Unit], _Value]) -> Future[_Value]:
        """Raises: `Closed`."""
        if current_thread() is self._thread:
            raise RuntimeError("a unit of work cannot wait for another one")
        work = _Work(fn)
        with self._gate:
            if not self._is_open:
                raise Closed
            self._queue.put(work)
        return cast("Future[_Value]", work.future)

    def drain(self) -> None:
        with self._gate:
            if self._is_open:
                self._is_open = False
                self._queue.put(None)
        self._thread.join()

    def close(self) -> None:
        self._connection.close()
        self._engine.dispose()

    def _serve(self) -> None:
        is_last = False
        while not is_last and (work := self._queue.get()) is not None:
            if not work.future.set_running_or_notify_cancel():
                continue
            shared = [work]
            try:
                self._raw.execute("BEGIN IMMEDIATE")
                self._run(work)
                is_last = self._share(shared)
                self._raw.execute("COMMIT")
            except Exception as error:
                self._give_up(shared, error)
            for one in shared:
                one.settle()

    def _share(self, shared: list[_Work]) -> bool:
        """Runs whatever else is waiting; True when the end of the queue was reached."""
        while len(shared) < SHARED_UNITS:
            try:
                work = self._queue.get_nowait()
            except Empty:
                return False
            if work is None:
                return True
            if work.future.set_running_or_notify_cancel():
                shared.append(work)
                self._run(work)
        return False

    def _run(self, work: _Work) -> None:
        raw = self._raw
        raw.execute("SAVEPOINT unit")
        try:
            work.result = work.fn(Unit(self._connection, self._sealer))
        except BaseException as error:
            # Whatever a unit raises belongs to its caller, never to the thread.
            work.error = _worded(error)
            if not raw.in_transaction:
                # A full disk or a failing one: SQLite has undone the others' work too.
                raise Unavailable(_code(error)) from error
            raw.execute("ROLLBACK TO unit")
        raw.execute("RELEASE unit")

    def _give_up(self, shared: list[_Work], error: Exception) -> None:
        if self._raw.in_transaction:
            self._raw.execute("ROLLBACK")
        fault = error if isinstance(error, Unavailable) else Unavailable(_code(error))
        for work in shared:
            work.error = fault


class _Readers:
    """At most READERS read-only connections, opened when first needed."""

    def __init__(self, path: Path, sealer: Sealer) -> None:
        self._engine = engine(path, read_only=True)
        self._sealer = sealer
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
            raw = _raw(connection)
            raw.execute("BEGIN")
            try:
                return fn(Unit(connection, self._sealer))
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


def _raw(connection: Connection) -> sqlite3.Connection:
    return cast(sqlite3.Connection, connection.connection.driver_connection)


def _assert_durable(raw: sqlite3.Connection) -> None:
    """Rule: an acknowledged answer survives a power cut."""
    journal = raw.execute("PRAGMA journal_mode").fetchone()[0]
    synchronous = raw.execute("PRAGMA synchronous").fetchone()[0]
    if (journal, synchronous) != ("wal", 2):
        raise StorageError("storage.not_durable")


def _worded(error: BaseException) -> BaseException:
    """A disk that is full or fails is for later; anything else stays what it is."""
    if _name(error).startswith(("SQLITE_BUSY", "SQLITE_FULL", "SQLITE_IOERR")):
        return Unavailable(_code(error))
    return error


def _code(error: BaseException) -> str:
    return _CODES.get(_name(error), "storage.failed")


def _name(error: BaseException) -> str:
    cause = error.orig if isinstance(error, DBAPIError) else error
    return getattr(cause, "sqlite_errorname", "")
