"""PostgreSQL for a district: every unit a SERIALIZABLE transaction on a pool of threads.

A transaction that lost a race is run again. Numbering and the audit chain take one lock per
school: a unit that asked for it and lost takes it before its next try begins, so that its
snapshot is younger than the winner's commit. Called by `storage.database` only.
"""

import asyncio
import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Final, TypeVar

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError

from storage.faults import Closed, Unavailable
from storage.sealing import Sealer
from storage.unit import Unit

_Value = TypeVar("_Value")

THREADS: Final = 8
RERUNS: Final = 5
# Serialization failure, deadlock; and a unique value that another transaction stored after
# our snapshot: the next run sees it and refuses by its own rule.
RACES: Final = frozenset({"40001", "40P01", "23505"})

_LOCK: Final = text("SELECT pg_advisory_lock(hashtextextended(:school_id, 0))")
_UNLOCK: Final = text("SELECT pg_advisory_unlock(hashtextextended(:school_id, 0))")


def engine(url: str, threads: int = THREADS) -> Engine:
    """A pool with one connection for each thread."""
    return create_engine(
        url,
        isolation_level="SERIALIZABLE",
        pool_size=threads,
        max_overflow=0,
        pool_pre_ping=True,
        query_cache_size=2000,
        # An INSERT that stepped back from a conflict says so by the number of its rows.
        execution_options={"preserve_rowcount": True},
    )


class PostgresBooks:
    """Implements `storage.database.Engine`."""

    def __init__(self, url: str, sealer: Sealer, *, read_only: bool = False) -> None:
        self._engine = engine(url, 2 * THREADS)
        self._reading = self._engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        self._sealer = sealer
        self._read_only = read_only
        self._writers = ThreadPoolExecutor(THREADS, "writer")
        self._readers = ThreadPoolExecutor(THREADS, "reader")

    def write(self, fn: Callable[[Unit], _Value]) -> Future[_Value]:
        if self._read_only:
            raise Closed
        return _submit(self._writers, self._write, fn)

    def read(self, fn: Callable[[Unit], _Value]) -> Future[_Value]:
        return _submit(self._readers, self.read_now, fn)

    def read_now(self, fn: Callable[[Unit], _Value]) -> _Value:
        with self._reading.connect() as connection, connection.begin():
            return fn(Unit(connection, self._sealer))

    async def jot(self, fn: Callable[[Unit], _Value]) -> _Value:
        """Behind a network nothing is at once."""
        return await asyncio.wrap_future(self.write(fn))

    async def glance(self, fn: Callable[[Unit], _Value]) -> _Value:
        return await asyncio.wrap_future(self.read(fn))

    def close(self) -> None:
        self._writers.shutdown()
        self._readers.shutdown()
        self._engine.dispose()

    def _write(self, fn: Callable[[Unit], _Value]) -> _Value:
        locks: set[str] = set()
        for tries_left in range(RERUNS, -1, -1):
            try:
                return self._once(fn, locks)
            except DBAPIError as error:
                if _sqlstate(error) in RACES and tries_left:
                    time.sleep(random.uniform(0.0, 0.01) * (RERUNS - tries_left))  # noqa: S311 - a pause, no secret
                    continue
                raise _worded(error) from error
        raise AssertionError("unreachable")

    def _once(self, fn: Callable[[Unit], _Value], locks: set[str]) -> _Value:
        with self._engine.connect() as connection, _held(connection, sorted(locks)):
            unit = Unit(connection, self._sealer)
            try:
                with connection.begin():
                    return fn(unit)
            finally:
                locks |= unit.locks


@contextmanager
def _held(connection: Connection, schools: list[str]) -> Iterator[None]:
    """The schools' locks from before the transaction until after it."""
    for school_id in schools:
        connection.execute(_LOCK, {"school_id": school_id})
        connection.commit()
    try:
        yield
    finally:
        # A broken connection has lost its locks already.
        for school_id in schools if not connection.invalidated else ():
            connection.execute(_UNLOCK, {"school_id": school_id})
            connection.commit()


def _submit(
    threads: ThreadPoolExecutor,
    run: Callable[[Callable[..., _Value]], _Value],
    fn: Callable[..., _Value],
) -> Future[_Value]:
    try:
        return threads.submit(run, fn)
    except RuntimeError:
        raise Closed from None


def _sqlstate(error: DBAPIError) -> str:
    return getattr(error.orig, "sqlstate", None) or ""


def _worded(error: DBAPIError) -> Exception:
    """A lost server or an endless race is for later; anything else is a bug and stays one."""
    if isinstance(error, IntegrityError):
        return error
    if _sqlstate(error) in RACES:
        return Unavailable("storage.busy")
    if isinstance(error, OperationalError | InterfaceError):
        return Unavailable("storage.failed")
    return error
