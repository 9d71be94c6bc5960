"""What lives as long as the program is looked through seldom and lies close together.

A turn makes thousands of small objects that die with it by themselves; looking through the house
for cycles after every few of them costs a tenth of an answer. And it touches some thousand places
all over the memory: where those lie in large pages, the processor finds them in a twentieth less.
Called when the server is ready.
"""

import gc
import re
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Final

YOUNG, MIDDLE, OLD = 50_000, 20, 50
"""Objects born before a look at the young, looks before one at the middle, and at the old."""

LARGE: Final = 2 * 1024 * 1024  # bytes of a large page
FULL: Final = 0.9
COLLAPSE: Final = 25
"""MADV_COLLAPSE, Linux 6.1 and later; an older one refuses and nothing changes."""

_SPAN: Final = re.compile(
    r"^([0-9a-f]+)-([0-9a-f]+) rw-p \S+ 00:00 0 +(?:\[heap\])?\n((?:[A-Z].*\n)+)", re.MULTILINE
)
_USED: Final = re.compile(r"^Rss: +(\d+) kB", re.MULTILINE)


def settle() -> None:
    """What is open now stays: it is not looked through again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
    Thread(target=lie_close, name="memory", daemon=True).start()


def lie_close() -> int:
    """How many bytes lie in large pages now; takes some tenths of a second."""
    from ctypes import CDLL, c_int, c_size_t, c_void_p  # here, where nobody waits for it

    try:
        advise = CDLL(None).madvise
        spans = tuple(_full_spans(Path("/proc/self/smaps").read_text("utf-8", "replace")))
    except (AttributeError, OSError):
        return 0  # another system
    advise.argtypes = (c_void_p, c_size_t, c_int)
    return sum(size for start, size in spans if not advise(start, size, COLLAPSE))


def _full_spans(smaps: str) -> Iterator[tuple[int, int]]:
    """Start and size of what is nobody's file and in use nearly everywhere, in whole large pages.

    A thread's stack and room set aside are not: they would take memory that nothing needs.
    """
    for start, end, rest in _SPAN.findall(smaps):
        used = int(_USED.search(rest)[1]) * 1024  # type: ignore[index]
        first, last = int(start, 16), int(end, 16)
        if used >= FULL * (last - first):
            first = -(-first // LARGE) * LARGE
            last = last // LARGE * LARGE
            if last > first:
                yield first, last - first
