"""Pictures from families: recognised, bounded, cleaned. What is kept is always our own JPEG.

Size and signature are checked here; decoding happens in a confined process of its own
(`image_worker`), which is killed and replaced when it fails. Upright, small, without metadata.
Not for storing (`files`) and not for PDF papers. Called by turns (`await images.clean(data)`)
and, where nobody waits on an event loop, as `clean_image(data)`.
"""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import field
from pathlib import Path
from queue import Empty, SimpleQueue
from signal import SIGKILL
from threading import Timer
from typing import IO, Final, cast

from registry.frozen import frozen

MIB: Final = 1024 * 1024
# Decoders leak a little; a fresh process costs a fifth of a second.
PICTURES_PER_WORKER: Final = 50
READY_SECONDS: Final = 20
READY: Final = b"ready\n"
MAX_LINE_BYTES: Final = 4096

PDF_WITHIN_BYTES: Final = 1024
HINTS: Final = ("photo.dark", "photo.small", "photo.blurry")
JPEG_START: Final = b"\xff\xd8\xff"
PNG_START: Final = b"\x89PNG\r\n\x1a\n"
HEIF_BRANDS: Final = frozenset(
    (b"heic", b"heim", b"heis", b"heix", b"hevc", b"hevm", b"hevs", b"hevx", b"mif1", b"msf1")
)


@frozen
class Limits:
    """The bounds of one picture. 40 megapixels of any kind decode within 768 MiB."""

    max_bytes: int = 20 * MIB
    max_pixels: int = 40_000_000
    longest_side: int = 2560
    preview_side: int = 1200
    wall_seconds: float = 20.0
    cpu_seconds: int = 20
    memory_bytes: int = 768 * MIB


@frozen
class CleanImage:
    """A picture as we keep it. `hint`: photo.dark, photo.small or photo.blurry; no refusal."""

    data: bytes = field(repr=False)
    preview: bytes = field(repr=False)
    width: int
    height: int
    hint: str | None


@frozen
class ImageRefused:
    """Why a file is no picture we can take, as a code with the numbers of its sentence."""

    code: str
    params: Mapping[str, int] = field(default_factory=dict)


class WorkerUnavailable(Exception):
    """The worker cannot start: the installation's fault, never the picture's."""


class Images:
    """Cleans pictures in at most `workers` processes, started when first needed."""

    def __init__(self, limits: Limits | None = None, *, workers: int = 1) -> None:
        self._limits = limits or Limits()
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="images")
        self._idle: SimpleQueue[_Worker] = SimpleQueue()
        self._alive: set[_Worker] = set()
        self._is_closed = False

    async def clean(self, data: bytes) -> CleanImage | ImageRefused:
        """The event loop goes on meanwhile; further pictures wait for a free worker."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self.clean_now, data)

    def clean_now(self, data: bytes) -> CleanImage | ImageRefused:
        """Blocks, as a rule for half a second. Raises: `WorkerUnavailable`."""
        refusal = refuse_at_sight(data, self._limits)
        if refusal is not None:
            return refusal
        with suppress(Empty, _WorkerDied):
            # A used worker may have died of something else: then a fresh one decides.
            return self._use(self._idle.get_nowait(), data)
        try:
            return self._use(self._start(), data)
        except _WorkerDied:
            # Too much memory, too much time or a crash: this picture's doing.
            return ImageRefused("file.broken")

    def close(self) -> None:
        """End the workers, also in the middle of a picture."""
        self._is_closed = True
        for worker in tuple(self._alive):
            worker.kill()
        self._threads.shutdown(cancel_futures=True)
        for worker in tuple(self._alive):
            self._end(worker)

    def _use(self, worker: "_Worker", data: bytes) -> CleanImage | ImageRefused:
        try:
            answer = worker.clean(data)
        except _WorkerDied:
            self._end(worker)
            raise
        if worker.is_worn():
            self._end(worker)
        else:
            self._idle.put(worker)
        return answer

    def _start(self) -> "_Worker":
        if self._is_closed:
            raise WorkerUnavailable
        worker = _Worker(self._limits)
        self._alive.add(worker)
        try:
            worker.await_ready()
        except _WorkerDied:
            self._end(worker)
            raise WorkerUnavailable from None
        return worker

    def _end(self, worker: "_Worker") -> None:
        self._alive.discard(worker)
        worker.end()


def clean_image(data: bytes, limits: Limits | None = None) -> CleanImage | ImageRefused:
    """One picture with a worker of its own."""
    images = Images(limits)
    try:
        return images.clean_now(data)
    finally:
        images.close()


def refuse_at_sight(data: bytes, limits: Limits) -> ImageRefused | None:
    """By length and first bytes alone; a file's name and declared type prove nothing."""
    if not data:
        return ImageRefused("file.empty")
    if len(data) > limits.max_bytes:
        return ImageRefused("file.too_large", {"max_mib": limits.max_bytes // MIB})
    if _is_picture(data):
        return None
    if b"%PDF-" in data[:PDF_WITHIN_BYTES]:
        return ImageRefused("file.is_pdf")
    return ImageRefused("file.not_image")


class _WorkerDied(Exception):
    """No answer will come."""


class _Worker:
    """One confined process. Used by one thread at a time; useless after `_WorkerDied`."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._pictures = 0
        self._is_killed = False
        root = str(Path(__file__).parents[1])
        self._process = subprocess.Popen(  # noqa: S603 - our own module, our own arguments
            [sys.executable, "-m", "storage.image_worker", str(limits.memory_bytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=root,
            # Nothing of ours is inherited: no token, no path of the key file. A session of its
            # own: an interrupt at the keyboard is for us, and a kill takes its children too.
            env={"PYTHONPATH": root, "MALLOC_ARENA_MAX": "1"},
            start_new_session=True,
        )
        # Popen was asked for both pipes.
        self._to, self._from = cast(
            tuple[IO[bytes], IO[bytes]], (self._process.stdin, self._process.stdout)
        )

    def await_ready(self) -> None:
        with self._deadline(READY_SECONDS):
            if self._from.readline(MAX_LINE_BYTES) != READY:
                raise _WorkerDied

    def clean(self, data: bytes) -> CleanImage | ImageRefused:
        self._pictures += 1
        with self._deadline(self._limits.wall_seconds):
            try:
                self._to.write(_request(data, self._limits))
                self._to.write(data)
                self._to.flush()
                return self._answer()
            except (OSError, ValueError, KeyError, TypeError):
                # The pipe broke, or what came is no answer: the process is not to be trusted.
                raise _WorkerDied from None

    def is_worn(self) -> bool:
        return self._is_killed or self._pictures >= PICTURES_PER_WORKER

    def kill(self) -> None:
        self._is_killed = True
        if self._process.poll() is None:
            os.killpg(self._process.pid, SIGKILL)

    def end(self) -> None:
        self.kill()
        for pipe in (self._to, self._from):
            with suppress(OSError):
                pipe.close()
        self._process.wait()

    def _answer(self) -> CleanImage | ImageRefused:
        head = json.loads(self._from.readline(MAX_LINE_BYTES))
        if head["refused"] is not None:
            return _refusal(str(head["refused"]), self._limits)
        data, preview = self._read(head["picture_bytes"]), self._read(head["preview_bytes"])
        hint = head["hint"] if head["hint"] in HINTS else None
        return CleanImage(data, preview, int(head["width"]), int(head["height"]), hint)

    def _read(self, size: int) -> bytes:
        if not 0 < size <= self._limits.max_bytes:
            raise _WorkerDied
        data = self._from.read(size)
        if len(data) < size or not data.startswith(JPEG_START):
            raise _WorkerDied
        return data

    @contextmanager
    def _deadline(self, seconds: float) -> Iterator[None]:
        """Kill the process when the time is up, which ends every wait for it."""
        timer = Timer(seconds, self.kill)
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()


def _request(data: bytes, limits: Limits) -> bytes:
    head = {
        "picture_bytes": len(data),
        "max_pixels": limits.max_pixels,
        "longest_side": limits.longest_side,
        "preview_side": limits.preview_side,
        "cpu_seconds": limits.cpu_seconds,
    }
    return json.dumps(head).encode() + b"\n"


def _refusal(code: str, limits: Limits) -> ImageRefused:
    if code == "file.too_many_pixels":
        return ImageRefused(code, {"max_megapixels": limits.max_pixels // 1_000_000})
    return ImageRefused("file.broken")


def _is_picture(data: bytes) -> bool:
    if data.startswith((JPEG_START, PNG_START)):
        return True
    if data[:4] == b"RIFF":
        return data[8:12] == b"WEBP"
    # HEIC: a box "ftyp" of brands, four letters each, after its length.
    brands = {data[at : at + 4] for at in range(8, min(64, int.from_bytes(data[:4], "big")), 4)}
    return data[4:8] == b"ftyp" and not HEIF_BRANDS.isdisjoint(brands)
