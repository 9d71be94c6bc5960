"""Errands: links by which somebody at home does one thing for one draft and sees nothing else.

A page errand takes one photo, a sign errand a guardian's signature. One of a kind and question
is open at a time; a newer one shuts the older. Ends with its first success, its time, or the
sending of the draft. Called by the chat, the page behind the link and the panel.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, or_, select, update

from registry.frozen import frozen
from storage import tables as t
from storage.links import Entry, EntryKind, NewEntry, make_entry
from storage.reader import AnyRow, Reader, Writing

_OPEN: Final = select(t.entry).where(
    t.entry.c.school_id == bindparam("school_id"),
    t.entry.c.draft_id == bindparam("draft_id"),
    t.entry.c.used_at.is_(None),
    t.entry.c.expires_at > bindparam("now"),
)
_SHUT: Final = update(t.entry).where(
    t.entry.c.school_id == bindparam("of_school"),
    t.entry.c.draft_id == bindparam("of_draft"),
    t.entry.c.used_at.is_(None),
    t.entry.c.expires_at > bindparam("now"),
)
_SHUT_ONE: Final = _SHUT.where(
    t.entry.c.kind == bindparam("of_kind"), t.entry.c.path == bindparam("of_path")
)
_LIVE: Final = (
    t.entry.c.id == bindparam("of_entry"),
    t.entry.c.used_at.is_(None),
    t.entry.c.expires_at > bindparam("now"),
)
_FINISH: Final = update(t.entry).where(*_LIVE)
_BIND: Final = update(t.entry).where(
    *_LIVE, or_(t.entry.c.taken_by.is_(None), t.entry.c.taken_by == bindparam("person"))
)
_COUNT: Final = update(t.entry).where(*_LIVE).values(tries=t.entry.c.tries + 1)


@frozen
class OpenErrand:
    """One that still waits, with the token that opens it."""

    id: str
    kind: EntryKind
    path: str
    token: str
    made_by: str
    expires_at: datetime

    def __repr__(self) -> str:
        """Without the token."""
        return f"OpenErrand({self.id!r}, {self.kind})"


def make_errand(unit: Writing, wanted: NewEntry, now: datetime) -> str:
    """The token of a fresh one; an older one for the same thing opens nothing any more."""
    shut = {"of_kind": wanted.kind.value, "of_path": wanted.path, "expires_at": now, "token": None}
    unit.run(_SHUT_ONE, {**_of(wanted.school_id, wanted.draft_id, now), **shut})
    return make_entry(unit, wanted, now)


def open_errands(
    reader: Reader, school_id: str, draft_id: str, now: datetime
) -> tuple[OpenErrand, ...]:
    """What the family (or the school) still waits for."""
    rows = reader.every(_OPEN, {"school_id": school_id, "draft_id": draft_id, "now": now})
    return tuple(_open(reader, row) for row in rows if row.token is not None)


def shut_errand(
    unit: Writing, school_id: str, draft_id: str, kind: EntryKind, path: str, now: datetime
) -> int:
    """Taken back by who made it."""
    key = {**_of(school_id, draft_id, now), "of_kind": kind.value, "of_path": path}
    return unit.run(_SHUT_ONE, {**key, "expires_at": now, "token": None})


def shut_errands(unit: Writing, school_id: str, draft_id: str, now: datetime) -> int:
    """The draft was sent: none of its links opens anything any more."""
    return unit.run(_SHUT, {**_of(school_id, draft_id, now), "expires_at": now, "token": None})


def finish_errand(unit: Writing, entry: Entry, now: datetime) -> bool:
    """Done, once: of many at the same time exactly one hears True."""
    key = {"of_entry": entry.id, "now": now}
    return unit.run(_FINISH, {**key, "used_at": now, "token": None}) > 0


def bind_errand(unit: Writing, entry: Entry, actor_id: str, now: datetime) -> bool:
    """From now on it opens for this person only; False = somebody else was first."""
    key = {"of_entry": entry.id, "now": now, "person": actor_id}
    return unit.run(_BIND, {**key, "taken_by": actor_id}) > 0


def count_try(unit: Writing, entry: Entry, now: datetime) -> None:
    """A wrong answer, or a picture too poor to end the errand."""
    unit.run(_COUNT, {"of_entry": entry.id, "now": now})


def _of(school_id: str, draft_id: str | None, now: datetime) -> dict[str, object]:
    return {"of_school": school_id, "of_draft": draft_id, "now": now}


def _open(reader: Reader, row: AnyRow) -> OpenErrand:
    token = reader.open_text("entry", row.id, "token", row.token)
    kind = EntryKind(row.kind)
    return OpenErrand(row.id, kind, row.path, token, row.actor_id or "", row.expires_at)
