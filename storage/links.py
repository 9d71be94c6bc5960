"""Ways in: class links, slips, doors and invitations. A token is stored as its hash only.

Looking at an entry consumes nothing; a door or an invitation is taken once, by a conditional
update. A class link is kept sealed beside its hash, so that the school can print it again, and so
is an errand's (`storage.errands`), so that who made it can look it up.
Called by `web` (the page behind a link), the panel and the command line.
"""

import secrets
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import bindparam, insert, or_, select, update

from registry.frozen import frozen
from storage import tables as t
from storage.ids import new_id
from storage.reader import AnyRow, Reader, Writing
from storage.sessions import token_hash

TOKEN_BYTES: Final = 16
"""128 bits: 22 characters, short enough for a printed code and for a start parameter."""


class EntryKind(StrEnum):
    """What a token is good for."""

    class_link = "class"  # public, long-lived: opens a claim
    slip = "slip"  # one child, printed: lets the family fill at once
    door = "door"  # a signed-in person to another device or channel, once
    invite = "invite"  # a member of staff sets his password, once
    page = "page"  # an errand: one photo of one draft, whoever opens it, once
    sign = "sign"  # an errand: a guardian's signature under one draft, once


ERRANDS: Final = frozenset({EntryKind.page, EntryKind.sign})
SINGLE_USE: Final = frozenset({EntryKind.door, EntryKind.invite, *ERRANDS})
KEPT: Final = frozenset({EntryKind.class_link, *ERRANDS})
"""Kinds whose token stays, sealed, as long as it opens something."""


@frozen
class Entry:
    """One way in, without its token."""

    id: str
    school_id: str
    kind: EntryKind
    class_id: str | None
    student_id: str | None
    actor_id: str | None
    channel: str
    expires_at: datetime | None
    used_at: datetime | None
    draft_id: str | None = None
    path: str = ""  # of the question an errand is about
    taken_by: str | None = None  # the only person an errand still opens for
    tries: int = 0

    def is_open(self, now: datetime) -> bool:
        """Whether it may still be taken."""
        is_used = self.kind in SINGLE_USE and self.used_at is not None
        return not is_used and (self.expires_at is None or now < self.expires_at)


@frozen
class NewEntry:
    """What is asked for: a kind and what it leads to."""

    kind: EntryKind
    school_id: str
    class_id: str | None = None
    student_id: str | None = None
    actor_id: str | None = None
    channel: str = ""
    expires_at: datetime | None = None
    draft_id: str | None = None
    path: str = ""


_FIND: Final = select(t.entry).where(t.entry.c.token_hash == bindparam("token_hash"))
_TAKE: Final = (
    update(t.entry)
    .where(
        t.entry.c.token_hash == bindparam("of_token"),
        or_(t.entry.c.expires_at.is_(None), t.entry.c.expires_at > bindparam("now")),
        or_(t.entry.c.used_at.is_(None), t.entry.c.kind.not_in([*SINGLE_USE])),
    )
    .returning(*t.entry.c)
)
_RENEW: Final = update(t.entry).where(t.entry.c.token_hash == bindparam("of_token"))
_REVOKE: Final = update(t.entry).where(
    t.entry.c.school_id == bindparam("of_school"), t.entry.c.id == bindparam("of_entry")
)
_CLASS_LINK: Final = (
    select(t.entry.c.id, t.entry.c.token)
    .where(
        t.entry.c.class_id == bindparam("class_id"),
        t.entry.c.school_id == bindparam("school_id"),
        t.entry.c.kind == EntryKind.class_link.value,
        t.entry.c.expires_at.is_(None),
    )
    .limit(1)
)


def make_entry(unit: Writing, wanted: NewEntry, now: datetime) -> str:
    """A new way in; returns its token."""
    entry_id, token = new_id(), secrets.token_urlsafe(TOKEN_BYTES)
    is_kept = wanted.kind in KEPT
    unit.run(
        insert(t.entry),
        {
            "id": entry_id,
            "school_id": wanted.school_id,
            "kind": wanted.kind.value,
            "token_hash": token_hash(token),
            "token": unit.seal_text("entry", entry_id, "token", token) if is_kept else None,
            "class_id": wanted.class_id,
            "student_id": wanted.student_id,
            "actor_id": wanted.actor_id,
            "channel": wanted.channel,
            "created_at": now,
            "expires_at": wanted.expires_at,
            "draft_id": wanted.draft_id,
            "path": wanted.path,
            "tries": 0,
        },
    )
    return token


def class_link(unit: Writing, school_id: str, class_id: str, now: datetime) -> str:
    """The token of the class's link, made when first asked for."""
    row = unit.first(_CLASS_LINK, {"school_id": school_id, "class_id": class_id})
    if row is not None and row.token is not None:
        return unit.open_text("entry", row.id, "token", row.token)
    return make_entry(unit, NewEntry(EntryKind.class_link, school_id, class_id=class_id), now)


def find_entry(reader: Reader, token: str) -> Entry | None:
    """What a token leads to, open or not; consumes nothing."""
    row = reader.first(_FIND, {"token_hash": token_hash(token)})
    return None if row is None else _entry(row)


def use_entry(unit: Writing, token: str, now: datetime) -> Entry | None:
    """Take it: of many at once exactly one gets a door. None = unknown, used or expired."""
    row = unit.first(_TAKE, {"of_token": token_hash(token), "now": now, "used_at": now})
    return None if row is None else _entry(row)


def renew_entry(unit: Writing, token: str, expires_at: datetime | None) -> bool:
    """Open it again (a demonstration's links are doors that renew); False = unknown."""
    renewed = {"of_token": token_hash(token), "used_at": None, "expires_at": expires_at}
    return unit.run(_RENEW, renewed) > 0


def revoke_entry(unit: Writing, school_id: str, entry_id: str, now: datetime) -> bool:
    """It opens nothing any more."""
    key = {"of_school": school_id, "of_entry": entry_id}
    return unit.run(_REVOKE, {**key, "expires_at": now, "token": None}) > 0


def _entry(row: AnyRow) -> Entry:
    return Entry(
        row.id,
        row.school_id,
        EntryKind(row.kind),
        row.class_id,
        row.student_id,
        row.actor_id,
        row.channel,
        row.expires_at,
        row.used_at,
        row.draft_id,
        row.path,
        row.taken_by,
        row.tries,
    )
