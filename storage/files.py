"""Evidence files: sealed piece by piece while they arrive, never in clear on the disk.

A file is a row of sealed pieces; each is bound to the file's id, its position and whether it
is the last, so a file cut short, reordered or renamed does not open. Ids are random and say
nothing. Not for deciding what may be uploaded (`images`). Called by the unit of work, by
`web` (serving evidence) and by the job that collects orphans.
"""

import asyncio
import os
import re
import secrets
from collections.abc import AsyncIterable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from registry.frozen import frozen
from storage.sealing import OVERHEAD_BYTES, Sealer, sync_directory

PIECE_BYTES: Final = 64 * 1024
# A unit of work may commit long after its file was written (a parent's slow connection).
ORPHAN_GRACE: Final = timedelta(hours=24)

_ID = re.compile(r"[0-9a-f]{32}")
_PART = ".part"


class FileTooLarge(Exception):
    """More bytes came than allowed; nothing was kept."""

    code = "file.too_large"

    def __init__(self, max_bytes: int) -> None:
        super().__init__(f"{self.code}: over {max_bytes} bytes")
        self.max_bytes = max_bytes


class FileMissing(Exception):
    """No whole file has this id."""

    code = "file.missing"


@frozen
class StoredFile:
    """What the database keeps of a file. The digest is of the content: keep it sealed."""

    id: str
    size: int
    sha256: bytes


class Upload(Protocol):
    """A file on its way in. Ends with `finish` or `abandon`."""

    def feed(self, data: bytes) -> None: ...
    def finish(self) -> StoredFile: ...
    def abandon(self) -> None: ...


class FileStore(Protocol):
    """Where evidence files live: a directory now, a bucket for a district."""

    def begin(self, *, max_bytes: int) -> Upload: ...
    def write(self, chunks: Iterable[bytes], *, max_bytes: int) -> StoredFile: ...
    def read(self, file_id: str) -> Iterator[bytes]: ...
    def delete(self, file_id: str) -> None: ...
    def orphans(self, known: AbstractSet[str], now: datetime) -> tuple[str, ...]: ...


class LocalFiles:
    """`FileStore` in one directory of the local disk (mode 700)."""

    def __init__(self, directory: Path, sealer: Sealer) -> None:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._directory = directory
        self._sealer = sealer

    def begin(self, *, max_bytes: int) -> "LocalUpload":
        return LocalUpload(self._directory, self._sealer, max_bytes)

    def write(self, chunks: Iterable[bytes], *, max_bytes: int) -> StoredFile:
        """Returns when the file would survive a power cut. Raises: `FileTooLarge`."""
        upload = self.begin(max_bytes=max_bytes)
        try:
            for chunk in chunks:
                upload.feed(chunk)
            return upload.finish()
        except BaseException:
            upload.abandon()
            raise

    def read(self, file_id: str) -> Iterator[bytes]:
        """Pieces of at most 64 KiB, each authentic; raises before the first wrong byte.

        Raises: `FileMissing` at once; `Tampered`, `UnknownKey` while reading.
        """
        try:
            file = self._path(file_id).open("rb")
        except FileNotFoundError:
            raise FileMissing(file_id) from None
        return self._pieces(file_id, file)

    def delete(self, file_id: str) -> None:
        """Remove a file or what remains of an upload; a missing one is no error."""
        path = self._path(file_id)
        path.unlink(missing_ok=True)
        _part(path).unlink(missing_ok=True)
        sync_directory(self._directory)

    def orphans(self, known: AbstractSet[str], now: datetime) -> tuple[str, ...]:
        """Ids of files and broken uploads older than the grace that nobody refers to."""
        before = (now - ORPHAN_GRACE).timestamp()
        with os.scandir(self._directory) as entries:
            old = {entry.name.removesuffix(_PART) for entry in entries if _age(entry) < before}
        return tuple(sorted(name for name in old - known if _ID.fullmatch(name)))

    def _path(self, file_id: str) -> Path:
        if not _ID.fullmatch(file_id):
            raise FileMissing("not an id")
        return self._directory / file_id

    def _pieces(self, file_id: str, file: BinaryIO) -> Iterator[bytes]:
        with file:
            index, piece = 0, file.read(PIECE_BYTES + OVERHEAD_BYTES)
            while True:
                following = file.read(PIECE_BYTES + OVERHEAD_BYTES)
                place = _place(index, is_last=not following)
                yield self._sealer.unseal("file", file_id, place, piece)
                if not following:
                    return
                index, piece = index + 1, following


class LocalUpload:
    """An upload into a `.part` file, which takes its name only when whole and on the disk."""

    def __init__(self, directory: Path, sealer: Sealer, max_bytes: int) -> None:
        self._id = secrets.token_hex(16)
        self._path = directory / self._id
        self._sealer = sealer
        self._max_bytes = max_bytes
        self._size = 0
        self._index = 0
        self._waiting = bytearray()
        self._digest = sha256()
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        self._file = open(os.open(_part(self._path), flags, 0o600), "wb")  # noqa: SIM115 - closed in finish or abandon

    def feed(self, data: bytes) -> None:
        """Raises: `FileTooLarge` as soon as the limit is passed."""
        self._size += len(data)
        if self._size > self._max_bytes:
            raise FileTooLarge(self._max_bytes)
        self._digest.update(data)
        self._waiting += data
        # Strictly more: the last piece, full or not, is sealed by `finish`.
        while len(self._waiting) > PIECE_BYTES:
            self._seal(bytes(self._waiting[:PIECE_BYTES]), is_last=False)
            del self._waiting[:PIECE_BYTES]

    def finish(self) -> StoredFile:
        self._seal(bytes(self._waiting), is_last=True)
        self._waiting.clear()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        _part(self._path).rename(self._path)
        sync_directory(self._path.parent)
        return StoredFile(self._id, self._size, self._digest.digest())

    def abandon(self) -> None:
        self._waiting.clear()
        self._file.close()
        _part(self._path).unlink(missing_ok=True)

    def _seal(self, piece: bytes, *, is_last: bool) -> None:
        place = _place(self._index, is_last=is_last)
        self._file.write(self._sealer.seal("file", self._id, place, piece))
        self._index += 1


async def receive(store: FileStore, chunks: AsyncIterable[bytes], *, max_bytes: int) -> StoredFile:
    """`FileStore.write` for an upload that arrives on the event loop, which never waits."""
    upload = await asyncio.to_thread(store.begin, max_bytes=max_bytes)
    try:
        async for chunk in chunks:
            await asyncio.to_thread(upload.feed, chunk)
        return await asyncio.to_thread(upload.finish)
    except BaseException:
        # Also when the connection is cut (cancellation): the wait below must not be one.
        upload.abandon()
        raise


def _place(index: int, *, is_last: bool) -> str:
    return f"{index}{' last' if is_last else ''}"


def _part(path: Path) -> Path:
    return path.with_name(path.name + _PART)


def _age(entry: os.DirEntry[str]) -> float:
    try:
        return entry.stat(follow_symlinks=False).st_mtime
    except FileNotFoundError:
        return float("inf")
