"""The one connection of an SQLite file that writes: units one after the other, many to a commit.

Units come to a thread of its own. Short ones may run at once on the event loop instead: handing
a turn to another thread and being woken by it takes longer than the turn. Those of one round of
the loop share a commit. Either way a unit waits for those that came before it, and is answered
after its commit. Called by `storage.sqlite` only.
"""

import asyncio
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from queue import SimpleQueue
from threading import Lock, Thread, get_ident
from typing import Any, Final, TypeVar

from storage.faults import Closed, Unavailable
from storage.memory import Memory
from storage.sealing import Sealer
from storage.sqlite_files import (
    BUSY_SECONDS,
    assert_durable,
    code_of,
    engine,
    raw_of,
    worded,
)
from storage.unit import Unit

_Value = TypeVar("_Value")

# A shared commit takes at most so many units: the first of them must not wait for ever.
SHARED_UNITS: Final = 64
# Where a commit takes no longer, the loop may wait for it: a thread that computes may keep the
# interpreter from it for as long (sys.getswitchinterval).
QUICK_SECONDS: Final = 0.005

# As much as the log holds before it is checkpointed: 1000 pages. A commit into room that the file
# has already takes two thirds of one that makes the file longer.
LOG_BYTES: Final = 4 * 1024 * 1024

_PATIENT: Final = f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}"
_IMPATIENT: Final = "PRAGMA busy_timeout=0"


class _Work:
    """One unit on its way, with what became of it."""

    __slots__ = ("error", "fn", "future", "result")

    def __init__(
        self, fn: Callable[[Unit], Any], future: Future[Any] | asyncio.Future[Any]
    ) -> None:
        self.fn = fn
        self.future = future
        self.result: object = None
        self.error: BaseException | None = None

    def is_wanted(self) -> bool:
        """Whether somebody still waits for it; from now on it cannot be called off."""
        return isinstance(self.future, Future) and self.future.set_running_or_notify_cancel()

    def settle(self) -> None:
        if self.future.done():
            return  # whoever waited has gone
        if self.error is None:
            self.future.set_result(self.result)
        else:
            self.future.set_exception(self.error)


class Writer:
    """The writing connection, and the thread that serves it."""

    def __init__(self, path: Path, sealer: Sealer, memory: Memory) -> None:
        self._sealer = sealer
        self._memory = memory
        self._engine = engine(path)
        self._connection = self._engine.connect()
        self._raw = raw_of(self._connection)
        assert_durable(self._raw)
        _make_room(self._raw)
        memory.watch(self._raw)
        self._raw.execute(_IMPATIENT)
        self._queue: SimpleQueue[_Work | None] = SimpleQueue()
        self._gate = Lock()  # over the next two
        self._is_open = True
        self._is_idle = True  # nothing was handed to the thread that is not settled
        self._in_hand = Lock()  # held from BEGIN to COMMIT
        self._round: list[_Work] = []  # on the event loop, not yet committed
        self._round_of = 0  # the thread of that loop
        self._runs_in = 0  # the thread in which a unit runs
        self._is_quick = True  # the last commit was
        self._thread = Thread(target=self._serve, name="writer", daemon=True)
        self._thread.start()

    def take(self, fn: Callable[[Unit], _Value]) -> Future[_Value]:
        """Hand a unit to the thread. Raises: `Closed`."""
        if self._runs_in == get_ident():
            raise RuntimeError("a unit of work cannot wait for another one")
        self._end_own_round()
        future: Future[_Value] = Future()
        with self._gate:
            if not self._is_open:
                raise Closed
            self._is_idle = False
            self._queue.put(_Work(fn, future))
        return future

    async def jot(self, fn: Callable[[Unit], _Value]) -> _Value:
        """Run it at once if nothing waits and the disk is quick; else as `take`."""
        loop = asyncio.get_running_loop()
        if not (self._is_own_round() or self._begin_round(loop)):
            return await asyncio.wrap_future(self.take(fn))
        future: asyncio.Future[_Value] = loop.create_future()
        work = _Work(fn, future)
        self._round.append(work)
        try:
            self._run(work)
        except Exception as error:
            self._give_up(self._round, error)
            self._end_round()
        if len(self._round) == SHARED_UNITS:
            self._end_round()
        return await future

    def is_free(self) -> bool:
        """Whether nothing is in hand; `look` comes next then and gives the connection back."""
        return self._is_open and self._is_idle and self._in_hand.acquire(blocking=False)

    def look(self, fn: Callable[[Unit], _Value]) -> _Value:
        """A query on this connection, which knows the pages it wrote and need not read them."""
        try:
            self._raw.execute("BEGIN")
            try:
                return fn(Unit(self._connection, self._sealer, self._memory))
            finally:
                self._raw.execute("ROLLBACK")
        finally:
            self._in_hand.release()

    def drain(self) -> None:
        """Nothing more is taken; what was taken is written."""
        self._end_own_round()
        with self._gate:
            if self._is_open:
                self._is_open = False
                self._queue.put(None)
        self._thread.join()

    def close(self) -> None:
        with self._in_hand:
            self._connection.close()
        self._engine.dispose()

    # ---- in the thread

    def _serve(self) -> None:
        is_last = False
        while not is_last and (work := self._queue.get()) is not None:
            shared = [work] if work.is_wanted() else []
            if shared:
                with self._in_hand:
                    is_last = self._serve_with_others(shared)
            with self._gate:
                self._is_idle = self._queue.empty()
            for one in shared:
                one.settle()

    def _serve_with_others(self, shared: list[_Work]) -> bool:
        """One commit for it and for whatever else is waiting; True at the end of the queue."""
        is_last = False
        try:
            self._raw.execute(_PATIENT)
            self._raw.execute("BEGIN IMMEDIATE")
            self._raw.execute(_IMPATIENT)
            self._run(shared[0])
            while len(shared) < SHARED_UNITS and not self._queue.empty():
                work = self._queue.get()
                if work is None:
                    is_last = True
                    break
                if work.is_wanted():
                    shared.append(work)
                    self._run(work)
            self._commit()
        except Exception as error:
            self._give_up(shared, error)
        return is_last

    # ---- on the event loop

    def _is_own_round(self) -> bool:
        return bool(self._round) and self._round_of == get_ident()

    def _begin_round(self, loop: asyncio.AbstractEventLoop) -> bool:
        with self._gate:
            if not self._is_open:
                raise Closed
            may_begin = self._is_idle and self._is_quick
            if not (may_begin and self._in_hand.acquire(blocking=False)):
                return False
        try:
            self._raw.execute("BEGIN IMMEDIATE")
        except sqlite3.Error:
            self._in_hand.release()
            return False  # the thread may wait, or say what is wrong
        self._round_of = get_ident()
        loop.call_soon(self._end_round)
        return True

    def _end_own_round(self) -> None:
        if self._is_own_round():
            self._end_round()

    def _end_round(self) -> None:
        done, self._round = self._round, []
        if not done:
            return  # something else ended it
        try:
            if self._raw.in_transaction:
                self._commit()
        except Exception as error:
            self._give_up(done, error)
        self._in_hand.release()
        for one in done:
            one.settle()

    # ---- in both

    def _run(self, work: _Work) -> None:
        """Raises: `Unavailable` when the whole transaction is undone."""
        raw = self._raw
        raw.execute("SAVEPOINT unit")
        self._runs_in = get_ident()
        try:
            work.result = work.fn(Unit(self._connection, self._sealer, self._memory))
        except BaseException as error:
            # Whatever a unit raises belongs to its caller, never to the thread.
            work.error = worded(error)
            if not raw.in_transaction:
                # A full disk or a failing one: SQLite has undone the others' work too.
                raise Unavailable(code_of(error)) from error
            raw.execute("ROLLBACK TO unit")
        finally:
            self._runs_in = 0
        raw.execute("RELEASE unit")

    def _commit(self) -> None:
        begin = time.perf_counter()
        self._raw.execute("COMMIT")
        self._is_quick = time.perf_counter() - begin < QUICK_SECONDS
        self._memory.settle()

    def _give_up(self, shared: list[_Work], error: Exception) -> None:
        if self._raw.in_transaction:
            self._raw.execute("ROLLBACK")
        self._memory.settle()
        fault = error if isinstance(error, Unavailable) else Unavailable(code_of(error))
        for work in shared:
            work.error = fault


def _make_room(raw: sqlite3.Connection) -> None:
    """Lengthen the log by a transaction that is undone; without the room all works as well."""
    (pages,) = raw.execute("PRAGMA cache_size").fetchone()
    raw.execute("PRAGMA cache_size=10")  # what does not fit is written to the log
    raw.execute("BEGIN IMMEDIATE")
    try:
        raw.execute("CREATE TABLE room (content)")
        raw.execute("INSERT INTO room VALUES (zeroblob(?))", [LOG_BYTES])
    except sqlite3.Error:
        pass  # a full disk: the first unit will say so
    finally:
        if raw.in_transaction:
            raw.execute("ROLLBACK")
        raw.execute(f"PRAGMA cache_size={pages}")
