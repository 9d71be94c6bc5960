"""A measured figure beside a peer's, and the register of the functions that measure.

Smaller is better for every goal: time, memory, statements, a ratio of times.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

HONEST_SYNC_MS = 0.3
"""Goals of durable rows hold where a bare fdatasync takes no longer than this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """`goal` bounds ours ÷ the peer's value, or ours alone where there is no peer."""

    name: str
    ours: float
    unit: str
    peer: str | None = None
    peer_value: float | None = None
    goal: float | None = None
    durable: bool = False

    @property
    def ratio(self) -> float | None:
        return self.ours / self.peer_value if self.peer_value else None

    def met(self, sync_ms: float) -> bool | None:
        """None where there is no goal, or where this disk makes the goal meaningless."""
        if self.goal is None or (self.durable and sync_ms > HONEST_SYNC_MS):
            return None
        return (self.ours if self.ratio is None else self.ratio) <= self.goal


Measure = Callable[[], Iterator[Row]]
_measures: dict[str, Measure] = {}


def measures(name: str) -> Callable[[Measure], Measure]:
    """Registers a function; the names of its rows all begin with `name`."""

    def register(measure: Measure) -> Measure:
        if name in _measures:
            raise ValueError(f"two benchmarks are called {name}")
        _measures[name] = measure
        return measure

    return register


def rows(prefix: str = "") -> Iterator[Row]:
    """Runs what can yield rows beginning with `prefix`, in the order of their names."""
    for name, measure in sorted(_measures.items()):
        if name.startswith(prefix) or prefix.startswith(name):
            for row in measure():
                if not row.name.startswith(name):
                    raise ValueError(f"row {row.name} does not begin with {name}")
                if row.name.startswith(prefix):
                    yield row


def workplace() -> tempfile.TemporaryDirectory[str]:
    """A directory on the disk the product would use: durable rows and `sync_ms` share it."""
    return tempfile.TemporaryDirectory(
        prefix="xueji-bench-", dir=os.environ.get("XUEJI_BENCH_DIR")
    )


def sync_ms(times: int = 200) -> float:
    """Median milliseconds to append one page to a file and fdatasync it."""
    with workplace() as directory:
        file = os.open(Path(directory) / "page", os.O_CREAT | os.O_WRONLY)
        try:
            return statistics.median(_append(file) for _ in range(times))
        finally:
            os.close(file)


def _append(file: int) -> float:
    begin = time.perf_counter()
    os.write(file, bytes(4096))
    os.fdatasync(file)
    return (time.perf_counter() - begin) * 1000
