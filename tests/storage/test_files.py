"""Evidence files: sealed while they arrive, whole or absent, and nothing readable on disk."""

import base64
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from storage.files import (
    ORPHAN_GRACE,
    PIECE_BYTES,
    FileMissing,
    FileTooLarge,
    LocalFiles,
    receive,
)
from storage.sealing import Sealer, Tampered, create_key_file, new_keys

MIB = 1024 * 1024
PROJECT = Path(__file__).parents[2]
CANARY = "张小涵 999999201803120022 guardian@example.invalid"


@pytest.fixture
def store(tmp_path: Path) -> LocalFiles:
    return LocalFiles(tmp_path / "files", Sealer(new_keys()))


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "files"


@pytest.mark.parametrize(
    "size",
    [0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 2 * PIECE_BYTES, MIB + 7],
)
def test_a_file_comes_back_as_it_was(store: LocalFiles, size: int) -> None:
    content = os.urandom(size)
    stored = store.write([content[:10], content[10:]], max_bytes=2 * MIB)
    assert (stored.size, stored.sha256) == (size, sha256(content).digest())
    assert b"".join(store.read(stored.id)) == content


def test_a_file_is_private_and_its_name_says_nothing(store: LocalFiles, directory: Path) -> None:
    stored = store.write([b"x"], max_bytes=MIB)
    assert names(directory) == [stored.id]
    assert len(stored.id) == 32
    assert (directory.stat().st_mode & 0o777, (directory / stored.id).stat().st_mode & 0o777) == (
        0o700,
        0o600,
    )


def test_a_file_over_the_limit_is_refused_while_it_arrives_and_leaves_nothing(
    store: LocalFiles, directory: Path
) -> None:
    taken = 0

    def endless() -> Iterator[bytes]:
        nonlocal taken
        while True:
            taken += PIECE_BYTES
            yield bytes(PIECE_BYTES)

    with pytest.raises(FileTooLarge):
        store.write(endless(), max_bytes=MIB)
    assert taken == MIB + PIECE_BYTES
    assert list(directory.iterdir()) == []


def test_exactly_the_limit_is_accepted(store: LocalFiles) -> None:
    assert store.write([bytes(MIB)], max_bytes=MIB).size == MIB


def test_an_upload_that_breaks_off_leaves_nothing(store: LocalFiles, directory: Path) -> None:
    def cut() -> Iterator[bytes]:
        yield bytes(3 * PIECE_BYTES)
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        store.write(cut(), max_bytes=MIB)
    assert list(directory.iterdir()) == []


async def test_an_upload_from_the_event_loop_is_stored_or_refused(
    store: LocalFiles, directory: Path
) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(4):
            yield bytes(PIECE_BYTES)

    stored = await receive(store, chunks(), max_bytes=MIB)
    assert b"".join(store.read(stored.id)) == bytes(4 * PIECE_BYTES)
    with pytest.raises(FileTooLarge):
        await receive(store, chunks(), max_bytes=PIECE_BYTES)
    assert names(directory) == [stored.id]


KILLED_UPLOAD = """
import os, signal, sys
from pathlib import Path
from storage.files import LocalFiles
from storage.sealing import Sealer, load_key_file

def then_killed():
    yield sys.argv[3].encode() * 8000
    os.kill(os.getpid(), signal.SIGKILL)

LocalFiles(Path(sys.argv[1]), Sealer(load_key_file(Path(sys.argv[2])))).write(
    then_killed(), max_bytes=2**20
)
"""


def test_a_kill_between_write_and_rename_leaves_no_readable_file_and_the_rest_is_collected(
    tmp_path: Path, directory: Path
) -> None:
    sealer = Sealer(create_key_file(tmp_path / "key"))
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_UPLOAD, directory, tmp_path / "key", CANARY],
        cwd=PROJECT,
        check=False,
    )
    store = LocalFiles(directory, sealer)
    (rest,) = directory.iterdir()
    name = rest.name.removesuffix(".part")
    assert (killed.returncode, rest.suffix) == (-signal.SIGKILL, ".part")
    assert rest.stat().st_size > 2 * PIECE_BYTES
    with pytest.raises(FileMissing):
        store.read(name)
    tomorrow = datetime.now(UTC) + ORPHAN_GRACE + timedelta(minutes=1)
    assert store.orphans(set(), datetime.now(UTC)) == ()
    assert store.orphans(set(), tomorrow) == (name,)
    # Even with its name taken, a file cut short does not open to its end.
    rest.rename(directory / name)
    with pytest.raises(Tampered):
        list(store.read(name))
    store.delete(name)
    assert list(directory.iterdir()) == []


def test_only_old_files_nobody_refers_to_are_orphans(store: LocalFiles, directory: Path) -> None:
    kept, lost, fresh = (store.write([b"x"], max_bytes=MIB).id for _ in range(3))
    now = datetime.now(UTC)
    for file_id in (kept, lost):
        old = (now - ORPHAN_GRACE - timedelta(seconds=1)).timestamp()
        os.utime(directory / file_id, (old, old))
    assert store.orphans({kept}, now) == (lost,)
    assert fresh not in store.orphans(set(), now)


def test_a_deleted_file_is_missing_and_deleting_again_is_no_error(store: LocalFiles) -> None:
    stored = store.write([b"x"], max_bytes=MIB)
    store.delete(stored.id)
    store.delete(stored.id)
    with pytest.raises(FileMissing):
        store.read(stored.id)


@pytest.mark.parametrize(
    "file_id",
    ["../key", "", ".", "a" * 31, "A" * 32, "a" * 32 + "\n", "a" * 32 + "/../x", "\x00" * 32],
    ids=repr,
)
def test_an_id_is_never_a_path(store: LocalFiles, file_id: str) -> None:
    for use in (store.read, store.delete):
        with pytest.raises(FileMissing):
            use(file_id)


SEALED_PIECE = PIECE_BYTES + 34


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("cut at a piece's end", lambda raw: raw[:SEALED_PIECE]),
        ("cut within a piece", lambda raw: raw[:-5]),
        ("emptied", lambda raw: b""),
        ("pieces swapped", lambda raw: raw[SEALED_PIECE : 2 * SEALED_PIECE] + raw[:SEALED_PIECE]),
        ("piece left out", lambda raw: raw[:SEALED_PIECE] + raw[2 * SEALED_PIECE :]),
        ("piece repeated", lambda raw: raw[:SEALED_PIECE] + raw),
        ("one bit changed", lambda raw: raw[:100] + bytes([raw[100] ^ 1]) + raw[101:]),
        ("bytes added", lambda raw: raw + b"x"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_changed_file_never_opens_to_its_end(
    store: LocalFiles, directory: Path, name: str, change: Callable[[bytes], bytes]
) -> None:
    stored = store.write([os.urandom(2 * PIECE_BYTES + 9)], max_bytes=MIB)
    path = directory / stored.id
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(Tampered):
        list(store.read(stored.id))


def test_a_file_renamed_to_anothers_id_does_not_open(store: LocalFiles, directory: Path) -> None:
    one, other = (store.write([name], max_bytes=MIB).id for name in (b"one", b"other"))
    (directory / one).replace(directory / other)
    with pytest.raises(Tampered):
        list(store.read(other))


def test_no_planted_value_is_found_on_the_disk_in_any_spelling(
    store: LocalFiles, directory: Path
) -> None:
    stored = store.write([CANARY.encode() * 5000], max_bytes=MIB)
    unfinished = store.begin(max_bytes=MIB)
    unfinished.feed(CANARY.encode() * 5000)
    on_disk = b"".join(path.read_bytes() for path in directory.iterdir())
    found = [name for name, needle in spellings(CANARY) if needle in on_disk]
    unfinished.abandon()
    assert len(on_disk) > stored.size
    assert found == []


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


def spellings(text: str) -> Iterator[tuple[str, bytes]]:
    raw = text.encode()
    yield "raw", raw
    yield "hex", raw.hex().encode()
    yield "HEX", raw.hex().upper().encode()
    yield "utf-16-le", text.encode("utf-16-le")
    yield "utf-16-be", text.encode("utf-16-be")
    yield "gb18030", text.encode("gb18030")
    for shift in range(3):
        # Without the ends, which depend on the neighbours.
        yield f"base64+{shift}", base64.b64encode(bytes(shift) + raw)[4:-4]
