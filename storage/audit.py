"""The audit chain: every event carries the hash of the one before it, so a change shows.

hash = SHA-256(previous hash + the event in one spelling). A cut tail shows against the school's
tally, and a cut of both against a hash kept elsewhere (`head`, for the nightly backup).
Called by the unit of work for every event, by `doctor` and by the backup.
"""

import json
from collections.abc import Mapping
from datetime import UTC
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import bindparam, insert, select, update

from registry.frozen import frozen
from registry.problems import NotThere
from registry.records import Event
from storage import tables as t
from storage.reader import AnyRow, Reader, Writing

_HEAD: Final = select(t.tally.c.events, t.tally.c.last_hash).where(
    t.tally.c.school_id == bindparam("school_id")
)
_MOVE_HEAD: Final = update(t.tally).where(t.tally.c.school_id == bindparam("of_school"))
_CHAIN: Final = (
    select(t.event).where(t.event.c.school_id == bindparam("school_id")).order_by(t.event.c.seq)
)
_HASHED: Final = ("school_id", "seq", "name", "actor_id", "ids")


@frozen
class Head:
    """The end of a school's chain: keep a copy off the machine."""

    events: int
    hash: bytes


@frozen
class Break:
    """The first place where the chain does not hold; `seq` as it should be there."""

    seq: int
    code: str  # "audit.missing", "audit.changed", "audit.tail"


def append(books: Writing, event: Event) -> None:
    """Add an event at the end of its school's chain, which the caller has locked."""
    end = head(books, event.school_id)
    seq = end.events + 1
    row = {
        "school_id": event.school_id,
        "seq": seq,
        "name": event.name,
        "actor_id": event.actor_id,
        "ids": ids_text(event.ids),
        "at": event.at,
    }
    digest = _hash(end.hash, row)
    books.run(insert(t.event), {**row, "previous": end.hash, "hash": digest})
    books.run(_MOVE_HEAD, {"of_school": event.school_id, "events": seq, "last_hash": digest})


def head(reader: Reader, school_id: str) -> Head:
    """Raises: `NotThere` where there is no such school."""
    row = reader.first(_HEAD, {"school_id": school_id})
    if row is None:
        raise NotThere
    return Head(row.events, row.last_hash)


def verify(reader: Reader, school_id: str, kept: Head | None = None) -> Break | None:
    """The first break of a school's chain; None = whole. `kept`: a head remembered elsewhere."""
    previous, seq = b"", 0
    for row in reader.every(_CHAIN, {"school_id": school_id}):
        seq += 1
        broken = _broken(row, seq, previous)
        if broken is not None:
            return broken
        previous = row.hash
        if kept is not None and kept.events == seq and kept.hash != previous:
            return Break(seq, "audit.changed")
    end = head(reader, school_id)
    if (seq, previous) != (end.events, end.hash) or (kept is not None and seq < kept.events):
        return Break(seq + 1, "audit.tail")
    return None


def ids_text(ids: Mapping[str, str | int]) -> str:
    """Ids in one spelling: sorted, no spaces."""
    return json.dumps(dict(ids), sort_keys=True, separators=(",", ":"))


def _broken(row: AnyRow, seq: int, previous: bytes) -> Break | None:
    if row.seq != seq:
        return Break(seq, "audit.missing")
    if row.previous != previous or row.hash != _hash(previous, dict(row._mapping)):
        return Break(seq, "audit.changed")
    return None


def _hash(previous: bytes, row: Mapping[str, Any]) -> bytes:
    at = row["at"].astimezone(UTC).isoformat(timespec="microseconds")
    spelled = json.dumps([*(row[name] for name in _HASHED), at], separators=(",", ":"))
    return sha256(previous + spelled.encode()).digest()
