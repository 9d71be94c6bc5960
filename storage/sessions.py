"""Who is signed in where: rows found by the hash of the cookie's token, so ending one ends it.

Staff: 30 minutes idle, 12 hours at most; families: 90 days. Called by `web`, and by the use
cases through `end_sessions`.
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Final

from sqlalchemy import bindparam, delete, insert, select, update

from registry.actors import Actor
from registry.frozen import frozen
from registry.problems import NotThere
from storage import tables as t
from storage.people_books import COLUMNS, PEOPLE, fold
from storage.quick import quick
from storage.reader import AnyRow, Reader, Writing

TOKEN_BYTES: Final = 32
TOUCH_EVERY: Final = timedelta(minutes=1)


class SessionKind(StrEnum):
    """How long a session lasts."""

    family = "family"
    staff = "staff"


@frozen
class _Limit:
    idle: timedelta
    absolute: timedelta


LIMITS: Final[Mapping[SessionKind, _Limit]] = {
    SessionKind.family: _Limit(timedelta(days=90), timedelta(days=90)),
    SessionKind.staff: _Limit(timedelta(minutes=30), timedelta(hours=12)),
}

_SCHOOL_OF: Final = select(t.actor.c.school_id).where(
    t.actor.c.id == bindparam("actor_id"), t.actor.c.is_active.is_(True)
)
_FIND: Final = quick(
    select(
        *COLUMNS,
        t.session.c.kind,
        t.session.c.created_at,
        t.session.c.seen_at,
        t.session.c.expires_at,
    )
    .select_from(PEOPLE.join(t.session, t.session.c.actor_id == t.actor.c.id))
    .where(t.session.c.token_hash == bindparam("token_hash"), t.actor.c.is_active.is_(True))
)
_TOUCH: Final = update(t.session).where(
    t.session.c.token_hash == bindparam("of_token"), t.session.c.seen_at < bindparam("before")
)
_END: Final = delete(t.session).where(t.session.c.token_hash == bindparam("of_token"))
_EXPIRED: Final = delete(t.session).where(t.session.c.expires_at <= bindparam("now"))


@frozen
class Session:
    """One signed-in browser."""

    actor: Actor
    kind: SessionKind
    created_at: datetime
    seen_at: datetime
    expires_at: datetime

    def holds(self, now: datetime) -> bool:
        """Whether it is in force: neither over nor left idle for too long."""
        return now < self.expires_at and now - self.seen_at < LIMITS[self.kind].idle

    def wants_touch(self, now: datetime) -> bool:
        """Whether it is time to write a sign of life; a family's session ends on a fixed day."""
        return self.kind is SessionKind.staff and now - self.seen_at >= TOUCH_EVERY


def start(unit: Writing, actor_id: str, kind: SessionKind, now: datetime) -> str:
    """A new session; the token goes into the cookie and is kept nowhere. Raises: `NotThere`."""
    school_id = unit.scalar(_SCHOOL_OF, {"actor_id": actor_id})
    if school_id is None:
        raise NotThere
    token = secrets.token_urlsafe(TOKEN_BYTES)
    unit.run(
        insert(t.session),
        {
            "token_hash": token_hash(token),
            "school_id": school_id,
            "actor_id": actor_id,
            "kind": SessionKind(kind).value,
            "csrf_seed": secrets.token_bytes(TOKEN_BYTES),
            "created_at": now,
            "seen_at": now,
            "expires_at": now + LIMITS[SessionKind(kind)].absolute,
        },
    )
    return token


def find(reader: Reader, token: str, now: datetime) -> Session | None:
    """The session in force of an active person; one statement, nothing is written."""
    session = reader.recall(_FIND, {"token_hash": token_hash(token)}, _session)
    return session if session is not None and session.holds(now) else None


def _session(rows: Sequence[AnyRow]) -> Session | None:
    if not rows:
        return None
    row, (actor,) = rows[0], fold(rows)
    return Session(actor, SessionKind(row.kind), row.created_at, row.seen_at, row.expires_at)


def touch(unit: Writing, token: str, now: datetime) -> None:
    """Remember that it is used, at most once a minute."""
    key = {"of_token": token_hash(token), "before": now - TOUCH_EVERY}
    unit.run(_TOUCH, {**key, "seen_at": now})


def end(unit: Writing, token: str) -> bool:
    """Sign out; whether there was something to end."""
    return unit.run(_END, {"of_token": token_hash(token)}) > 0


def forget_expired(unit: Writing, now: datetime) -> int:
    """Rows that let nobody in any more."""
    return unit.run(_EXPIRED, {"now": now})


def token_hash(token: str) -> bytes:
    """What is stored of a token: it has 128 random bits or more, so a plain hash is enough."""
    return sha256(token.encode("utf-8", "surrogatepass")).digest()
