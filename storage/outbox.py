"""Notices on their way out: picked under a lease, tried channel by channel, settled once.

A sender that dies lets its lease run out, and another picks the notice up. Each try leaves a
row. Called by the sender of notices in `bot`; notices come in by `owe`.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, func, insert, or_, select, update

from registry.frozen import frozen
from registry.records import Notice
from storage import tables as t
from storage.ids import new_id
from storage.reader import AnyRow, Reader, Writing
from storage.trace_books import WAITING

SENT: Final = "sent"
DEAD: Final = "dead"  # no channel took it; the class teacher has a task
DROPPED: Final = "dropped"  # not true any more when its time came
LEASE: Final = timedelta(minutes=2)

_DUE: Final = (
    select(t.notice.c.id)
    .where(
        t.notice.c.state == WAITING,
        t.notice.c.due <= bindparam("now"),
        or_(t.notice.c.leased_until.is_(None), t.notice.c.leased_until <= bindparam("now")),
    )
    .order_by(t.notice.c.due)
    .limit(bindparam("limit"))
)
_PICK: Final = (
    update(t.notice)
    .where(t.notice.c.id.in_(_DUE))
    .values(tries=t.notice.c.tries + 1)
    .returning(*t.notice.c)
)
_SETTLE: Final = update(t.notice).where(
    t.notice.c.id == bindparam("of_notice"),
    t.notice.c.state == WAITING,
    t.notice.c.lease == bindparam("of_lease"),
)
_NEXT: Final = select(func.min(t.notice.c.due)).where(t.notice.c.state == WAITING)
_ATTEMPTS: Final = (
    select(t.attempt)
    .where(t.attempt.c.notice_id == bindparam("notice_id"))
    .order_by(t.attempt.c.at, t.attempt.c.id)
)


@frozen
class Picked:
    """A notice that this sender, and no other, may send until its lease runs out."""

    id: str
    notice: Notice
    tries: int  # this one included
    lease: str


@frozen
class Attempt:
    """One try on one channel; `outcome` is "sent" or an error code."""

    channel: str
    at: datetime
    outcome: str


def pick(unit: Writing, now: datetime, limit: int = 20) -> tuple[Picked, ...]:
    """Notices due now, the longest waiting first."""
    lease = new_id()
    terms = {"now": now, "limit": limit, "lease": lease, "leased_until": now + LEASE}
    rows = sorted(unit.every(_PICK, terms), key=lambda row: (row.due, row.id))
    return tuple(Picked(row.id, _notice(row), row.tries, lease) for row in rows)


def add_attempt(unit: Writing, picked: Picked, channel: str, outcome: str, now: datetime) -> None:
    """Remember one try."""
    unit.run(
        insert(t.attempt),
        {
            "id": new_id(),
            "school_id": picked.notice.school_id,
            "notice_id": picked.id,
            "channel": channel,
            "at": now,
            "outcome": outcome,
        },
    )


def mark_sent(unit: Writing, picked: Picked) -> bool:
    """False where the lease was lost meanwhile."""
    return _settle(unit, picked, {"state": SENT})


def mark_dead(unit: Writing, picked: Picked) -> bool:
    """No channel takes it; the caller leaves a task in the same unit."""
    return _settle(unit, picked, {"state": DEAD})


def drop(unit: Writing, picked: Picked) -> bool:
    """It is not true any more."""
    return _settle(unit, picked, {"state": DROPPED})


def put_back(unit: Writing, picked: Picked, due: datetime) -> bool:
    """Try again then."""
    return _settle(unit, picked, {"due": due})


def next_due(reader: Reader) -> datetime | None:
    """When the sender has to wake; None = nothing is owed."""
    due: datetime | None = reader.scalar(_NEXT, {})
    return due


def attempts(reader: Reader, notice_id: str) -> tuple[Attempt, ...]:
    """Oldest first."""
    rows = reader.every(_ATTEMPTS, {"notice_id": notice_id})
    return tuple(Attempt(row.channel, row.at, row.outcome) for row in rows)


def _settle(unit: Writing, picked: Picked, columns: Mapping[str, object]) -> bool:
    key = {"of_notice": picked.id, "of_lease": picked.lease}
    return unit.run(_SETTLE, {**key, **columns, "lease": None, "leased_until": None}) > 0


def _notice(row: AnyRow) -> Notice:
    return Notice(row.cause, row.school_id, row.actor_id, row.phrase, row.due, json.loads(row.ids))
