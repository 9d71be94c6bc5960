"""Messages of a sender that does not send twice, stored before they are acknowledged.

The payload is sealed and erased when the message has had its effect, in the same unit. Called by
channels such as Telegram; the web chat needs no inbox, its browser sends until it is answered.
"""

from dataclasses import field
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from registry.frozen import frozen
from storage import tables as t
from storage.quick import quick
from storage.reader import AnyRow, Reader, Writing

WAITING: Final = "waiting"
DONE: Final = "done"
DEAD: Final = "dead"  # gave up; the payload stays, sealed, for whoever mends it

_RECEIVE: Final = quick(
    upsert(t.inbox).on_conflict_do_nothing(index_elements=["channel", "message_id"])
)
_WAITING: Final = (
    select(t.inbox)
    .where(t.inbox.c.channel == bindparam("channel"), t.inbox.c.state == WAITING)
    .order_by(t.inbox.c.id)
    .limit(bindparam("limit"))
)
_SETTLE: Final = update(t.inbox).where(
    t.inbox.c.id == bindparam("of_message"), t.inbox.c.state == WAITING
)
_SETTLE_NAMED: Final = quick(
    update(t.inbox).where(
        t.inbox.c.channel == bindparam("of_channel"),
        t.inbox.c.message_id == bindparam("of_name"),
        t.inbox.c.state == WAITING,
    )
)
_TRY: Final = _SETTLE.values(tries=t.inbox.c.tries + 1)
_COUNT: Final = (
    select(func.count()).select_from(t.inbox).where(t.inbox.c.state == bindparam("state"))
)
_FORGET: Final = delete(t.inbox).where(
    t.inbox.c.state == DONE, t.inbox.c.received_at < bindparam("before")
)


@frozen
class Received:
    """One message waiting for its effect."""

    id: int
    school_id: str
    channel: str
    message_id: str
    payload: bytes = field(repr=False)
    tries: int
    received_at: datetime


def receive(
    unit: Writing, school_id: str, channel: str, message_id: str, payload: bytes, now: datetime
) -> bool:
    """Store it; False where it has been here before. Acknowledge after the commit."""
    added = unit.run(
        _RECEIVE,
        {
            "school_id": school_id,
            "channel": channel,
            "message_id": message_id,
            "payload": unit.sealer.seal("inbox", f"{channel}.{message_id}", "payload", payload),
            "state": WAITING,
            "tries": 0,
            "received_at": now,
        },
    )
    return added > 0


def waiting(reader: Reader, channel: str, limit: int = 100) -> tuple[Received, ...]:
    """What has not had its effect, in the order of arrival."""
    rows = reader.every(_WAITING, {"channel": channel, "limit": limit})
    return tuple(_received(reader, row) for row in rows)


def mark_done(unit: Writing, inbox_id: int) -> bool:
    """In the unit of its effect; False where it was settled before."""
    return unit.run(_SETTLE, {"of_message": inbox_id, "state": DONE, "payload": None}) > 0


def mark_tried(unit: Writing, inbox_id: int) -> None:
    """It failed and will be tried again."""
    unit.run(_TRY, {"of_message": inbox_id})


def mark_dead(unit: Writing, inbox_id: int) -> None:
    """It is not tried any more."""
    unit.run(_SETTLE, {"of_message": inbox_id, "state": DEAD})


def finish(unit: Writing, channel: str, message_id: str) -> bool:
    """`mark_done` by the channel's own number: the mark may travel with a later unit."""
    key = {"of_channel": channel, "of_name": message_id}
    return unit.run(_SETTLE_NAMED, {**key, "state": DONE, "payload": None}) > 0


def give_up(unit: Writing, channel: str, message_id: str) -> None:
    """`mark_dead` by the channel's own number."""
    unit.run(_SETTLE_NAMED, {"of_channel": channel, "of_name": message_id, "state": DEAD})


def count(reader: Reader, state: str) -> int:
    """How many are in that state: for `doctor`."""
    return int(reader.scalar(_COUNT, {"state": state}))


def forget_done(unit: Writing, before: datetime) -> int:
    """Rows older than any resending."""
    return unit.run(_FORGET, {"before": before})


def _received(reader: Reader, row: AnyRow) -> Received:
    place = f"{row.channel}.{row.message_id}"
    payload = reader.sealer.unseal("inbox", place, "payload", row.payload)
    return Received(
        row.id, row.school_id, row.channel, row.message_id, payload, row.tries, row.received_at
    )
