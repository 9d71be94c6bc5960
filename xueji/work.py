"""Jobs: work that falls due and sends nobody a message. One row a kind, with its policy action.

A job is picked under a lease and finished in the transaction of its effect, so a killed process
repeats nothing and loses nothing. `run` is one of the program's loops.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

import structlog

from registry.families import expire_claim
from registry.frozen import frozen
from registry.policy import Action
from registry.problems import RuleError
from registry.records import Job
from registry.register import apply_early, apply_effect, begin_status
from registry.watching import remind_returns, watch_limits
from storage import inbox, jobs, sessions
from storage.dialogue import forget_answered
from storage.evidence import known_ids
from storage.jobs import PickedJob
from storage.unit import Unit
from storage.watching import limit_tasks, suspended, watched
from web.house import House

PAUSE_SECONDS: Final = 0.5
"""How late a job may be: a family that waits for an outcome should not notice."""

AFTER_START: Final = timedelta(minutes=10)
AT_NIGHT: Final = timedelta(hours=3, minutes=30)
KEEP_TRACES: Final = timedelta(days=30)
"""How long a finished job and the mark of an answered message stay: a browser sends again for
hours at most."""

_log = structlog.get_logger("xueji")


@frozen
class Kind:
    """One kind of job. No role holds its action: the program itself does it."""

    action: Action
    run: Callable[[House, PickedJob, datetime], Awaitable[None]]
    is_daily: bool = False


class UnknownKind(Exception):
    """A newer program left this job, or its kind was renamed."""


async def run(house: House) -> None:
    """Until cancelled."""
    await house.db.write(lambda unit: schedule_daily(unit, house.school_id, house.clock()))
    while True:
        if not await run_due(house):
            await asyncio.sleep(PAUSE_SECONDS)


async def run_due(house: House) -> int:
    """Everything due now; how many jobs were tried."""
    now = house.clock()
    due = await house.db.read(jobs.next_due)
    if due is None or due > now:
        return 0
    picked = await house.db.write(lambda unit: jobs.pick(unit, now))
    for one in picked:
        await _try(house, one)
    return len(picked)


async def exhaust(house: House) -> None:
    """Until nothing is due. For tests and the demonstration."""
    while await run_due(house):
        pass


async def _try(house: House, picked: PickedJob) -> None:
    now = house.clock()
    job = picked.job
    try:
        kind = KINDS.get(job.kind)
        if kind is None:
            raise UnknownKind(job.kind)
        await kind.run(house, picked, now)
    except Exception as error:
        # The edge of the loop: one job that cannot be done holds up no other.
        code = error.code if isinstance(error, RuleError) else type(error).__name__
        _log.exception("job.failed", job=job.key, kind=job.kind, tries=picked.tries)
        await house.db.write(lambda unit: jobs.fail(unit, picked, code, now))


async def _apply_effect(house: House, picked: PickedJob, now: datetime) -> None:
    def apply(unit: Unit) -> tuple[str, ...]:
        school_id = picked.job.school_id
        case = apply_effect(unit, school_id, str(picked.job.ids["submission"]), now)
        jobs.finish(unit, picked)
        return tuple(person.id for person in unit.linked_actors(school_id, case.student_id))

    house.news.tell(*await house.db.write(apply))


async def _apply_early(house: House, picked: PickedJob, now: datetime) -> None:
    def apply(unit: Unit) -> None:
        apply_early(unit, picked.job.school_id, str(picked.job.ids["submission"]), now)
        jobs.finish(unit, picked)

    await house.db.write(apply)


async def _begin_status(house: House, picked: PickedJob, now: datetime) -> None:
    def begin(unit: Unit) -> tuple[str, ...]:
        school_id, case_id = picked.job.school_id, str(picked.job.ids["submission"])
        begin_status(unit, school_id, case_id, now)
        jobs.finish(unit, picked)
        student_id = unit.load_submission(school_id, case_id).student_id
        return tuple(person.id for person in unit.linked_actors(school_id, student_id))

    house.news.tell(*await house.db.write(begin))


async def _expire_claim(house: House, picked: PickedJob, now: datetime) -> None:
    def expire(unit: Unit) -> None:
        expire_claim(unit, picked.job.school_id, str(picked.job.ids["claim"]), now)
        jobs.finish(unit, picked)

    await house.db.write(expire)


async def _collect_orphans(house: House, picked: PickedJob, now: datetime) -> None:
    """Files nobody refers to. Removed before the job is done: removing twice is no fault."""
    known = await house.db.read(known_ids)
    lost = await asyncio.to_thread(house.files.orphans, known, now)
    for file_id in lost:
        await asyncio.to_thread(house.files.delete, file_id)
    await house.db.write(lambda unit: _again_tomorrow(unit, picked, now))


async def _forget_old(house: House, picked: PickedJob, now: datetime) -> None:
    def forget(unit: Unit) -> None:
        sessions.forget_expired(unit, now)
        forget_answered(unit, now - KEEP_TRACES)
        inbox.forget_done(unit, now - KEEP_TRACES)
        jobs.forget_done(unit, now - KEEP_TRACES)
        _again_tomorrow(unit, picked, now)

    await house.db.write(forget)


async def _watch_limits(house: House, picked: PickedJob, now: datetime) -> None:
    def watch(unit: Unit) -> None:
        school_id = picked.job.school_id
        cases, before = watched(unit, school_id), limit_tasks(unit, school_id)
        watch_limits(unit, school_id, cases, before, now)
        _again_tomorrow(unit, picked, now)

    await house.db.write(watch)


async def _remind_returns(house: House, picked: PickedJob, now: datetime) -> None:
    def remind(unit: Unit) -> None:
        school_id = picked.job.school_id
        remind_returns(unit, school_id, suspended(unit, school_id), now)
        _again_tomorrow(unit, picked, now)

    await house.db.write(remind)


KINDS: Final[Mapping[str, Kind]] = {
    "apply_early": Kind(Action.effect_apply, _apply_early),
    "apply_effect": Kind(Action.effect_apply, _apply_effect),
    "begin_status": Kind(Action.effect_apply, _begin_status),
    "collect_orphans": Kind(Action.house_keep, _collect_orphans, is_daily=True),
    "expire_claim": Kind(Action.claim_expire, _expire_claim),
    "forget_old": Kind(Action.house_keep, _forget_old, is_daily=True),
    "remind_returns": Kind(Action.limit_watch, _remind_returns, is_daily=True),
    "watch_limits": Kind(Action.limit_watch, _watch_limits, is_daily=True),
}


def schedule_daily(unit: Unit, school_id: str, now: datetime) -> None:
    """Soon after each start: a school's machine may be switched off at night."""
    for name, kind in KINDS.items():
        if kind.is_daily:
            unit.schedule(Job(f"{name}:{school_id}", school_id, name, now + AFTER_START))


def _again_tomorrow(unit: Unit, picked: PickedJob, now: datetime) -> None:
    """The same key, which takes the place of the one just run."""
    job = picked.job
    unit.schedule(Job(job.key, job.school_id, job.kind, _night(now)))


def _night(now: datetime) -> datetime:
    """The next half past three."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    tonight = midnight + AT_NIGHT
    return tonight if tonight > now else tonight + timedelta(days=1)
