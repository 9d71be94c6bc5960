"""Notices that lie on a person's page until he looks, and whether he has a page to look at.

The sender leaves an attempt on the channel "web"; the page that shows it says so here. Called by
the sender of notices and by the chat's page, both in `bot`.
"""

import json
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, exists, select, update

from registry.records import Notice
from storage import tables as t
from storage.outbox import SENT
from storage.reader import Reader, Writing
from storage.sessions import SessionKind
from storage.trace_books import WAITING

WEB: Final = "web"
LAID: Final = "laid"  # on the page, not yet looked at
SEEN: Final = "seen"

_LAID: Final = (
    select(t.notice)
    .join(t.attempt, t.attempt.c.notice_id == t.notice.c.id)
    .where(
        t.notice.c.actor_id == bindparam("actor_id"),
        t.attempt.c.channel == WEB,
        t.attempt.c.outcome == LAID,
    )
    .order_by(t.notice.c.due, t.notice.c.id)
)
_SEE: Final = update(t.attempt).where(
    t.attempt.c.notice_id == bindparam("of_notice"),
    t.attempt.c.channel == WEB,
    t.attempt.c.outcome == LAID,
)
_ARRIVED: Final = update(t.notice).where(
    t.notice.c.id == bindparam("of_notice"), t.notice.c.state == WAITING
)
_HAS_PAGE: Final = select(
    exists().where(
        t.session.c.actor_id == bindparam("actor_id"),
        t.session.c.kind == SessionKind.family.value,
        t.session.c.expires_at > bindparam("now"),
    )
)


def has_page(reader: Reader, actor_id: str, now: datetime) -> bool:
    """Whether some browser of this person is still signed in."""
    return bool(reader.scalar(_HAS_PAGE, {"actor_id": actor_id, "now": now}))


def laid(reader: Reader, actor_id: str) -> tuple[tuple[str, Notice], ...]:
    """What waits on the page: (id, notice), oldest first."""
    rows = reader.every(_LAID, {"actor_id": actor_id})
    return tuple(
        (
            row.id,
            Notice(
                row.cause, row.school_id, row.actor_id, row.phrase, row.due, json.loads(row.ids)
            ),
        )
        for row in rows
    )


def mark_seen(unit: Writing, notice_id: str, now: datetime) -> bool:
    """It has arrived; False where another page of the same person was first."""
    key = {"of_notice": notice_id}
    if not unit.run(_SEE, {**key, "outcome": SEEN, "at": now}):
        return False
    unit.run(_ARRIVED, {**key, "state": SENT, "lease": None, "leased_until": None})
    return True
