"""Work that falls due: picked under a lease, finished in the unit of its effect, or tried again.

Called by the loop of jobs in `xueji`; jobs come in by `schedule` and leave by `cancel_job`.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, delete, func, or_, select, update

from registry.frozen import frozen
from registry.records import Job
from storage import tables as t
from storage.ids import new_id
from storage.reader import AnyRow, Reader, Writing
from storage.trace_books import WAITING

DONE: Final = "done"
DEAD: Final = "dead"  # failed too often; `doctor` names it
LEASE: Final = timedelta(minutes=5)
MAX_TRIES: Final = 8
LONGEST_WAIT: Final = timedelta(hours=1)

_DUE: Final = (
    select(t.job.c.key)
    .where(
        t.job.c.state == WAITING,
        t.job.c.due <= bindparam("now"),
        or_(t.job.c.leased_until.is_(None), t.job.c.leased_until <= bindparam("now")),
    )
    .order_by(t.job.c.due)
    .limit(bindparam("limit"))
)
_PICK: Final = (
    update(t.job).where(t.job.c.key.in_(_DUE)).values(tries=t.job.c.tries + 1).returning(*t.job.c)
)
_SETTLE: Final = update(t.job).where(
    t.job.c.key == bindparam("of_key"),
    t.job.c.state == WAITING,
    t.job.c.lease == bindparam("of_lease"),
)
_NEXT: Final = select(func.min(t.job.c.due)).where(t.job.c.state == WAITING)
_DEAD: Final = select(t.job).where(t.job.c.state == DEAD).order_by(t.job.c.due)
_FORGET: Final = delete(t.job).where(t.job.c.state == DONE, t.job.c.due < bindparam("before"))


@frozen
class PickedJob:
    """A job that this loop, and no other, runs until its lease runs out."""

    job: Job
    tries: int  # this one included
    lease: str


def pick(unit: Writing, now: datetime, limit: int = 20) -> tuple[PickedJob, ...]:
    """Jobs due now, the longest waiting first."""
    lease = new_id()
    terms = {"now": now, "limit": limit, "lease": lease, "leased_until": now + LEASE}
    rows = sorted(unit.every(_PICK, terms), key=lambda row: (row.due, row.key))
    return tuple(PickedJob(_job(row), row.tries, lease) for row in rows)


def finish(unit: Writing, picked: PickedJob) -> bool:
    """In the unit of its effect; False where it was scheduled anew or lost meanwhile."""
    return _settle(unit, picked, {"state": DONE, "problem": ""})


def fail(unit: Writing, picked: PickedJob, code: str, now: datetime) -> bool:
    """Try again after 1, 2, 4 … minutes, at most an hour; after MAX_TRIES no more."""
    if picked.tries >= MAX_TRIES:
        return _settle(unit, picked, {"state": DEAD, "problem": code})
    wait = min(timedelta(minutes=2 ** (picked.tries - 1)), LONGEST_WAIT)
    return _settle(unit, picked, {"due": now + wait, "problem": code})


def next_due(reader: Reader) -> datetime | None:
    """When the loop has to wake; None = nothing is due."""
    due: datetime | None = reader.scalar(_NEXT, {})
    return due


def dead(reader: Reader) -> tuple[Job, ...]:
    """What was given up."""
    return tuple(map(_job, reader.every(_DEAD, {})))


def forget_done(unit: Writing, before: datetime) -> int:
    """Finished jobs; their events stay."""
    return unit.run(_FORGET, {"before": before})


def _settle(unit: Writing, picked: PickedJob, columns: Mapping[str, object]) -> bool:
    key = {"of_key": picked.job.key, "of_lease": picked.lease}
    return unit.run(_SETTLE, {**key, **columns, "lease": None, "leased_until": None}) > 0


def _job(row: AnyRow) -> Job:
    return Job(row.key, row.school_id, row.kind, row.due, json.loads(row.ids))
