"""How an SQLite file is opened, and how its refusals are worded. Called by `storage.sqlite`, its
writer and the migrations.
"""

import os
import sqlite3
from pathlib import Path
from typing import Final, cast
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from storage.faults import StorageError, Unavailable

BUSY_SECONDS: Final = 5
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


def raw_of(connection: Connection) -> sqlite3.Connection:
    """The driver's own connection."""
    return cast(sqlite3.Connection, connection.connection.driver_connection)


def assert_durable(raw: sqlite3.Connection) -> None:
    """Rule: an acknowledged answer survives a power cut."""
    journal = raw.execute("PRAGMA journal_mode").fetchone()[0]
    synchronous = raw.execute("PRAGMA synchronous").fetchone()[0]
    if (journal, synchronous) != ("wal", 2):
        raise StorageError("storage.not_durable")


def worded(error: BaseException) -> BaseException:
    """A disk that is full or fails is for later; anything else stays what it is."""
    if _name(error).startswith(("SQLITE_BUSY", "SQLITE_FULL", "SQLITE_IOERR")):
        return Unavailable(code_of(error))
    return error


def code_of(error: BaseException) -> str:
    """Why the disk refused."""
    return _CODES.get(_name(error), "storage.failed")


def _name(error: BaseException) -> str:
    cause = error.orig if isinstance(error, DBAPIError) else error
    return getattr(cause, "sqlite_errorname", "")
