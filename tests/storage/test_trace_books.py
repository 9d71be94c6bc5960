"""Notices, jobs and tasks: owed once, picked by one, settled once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from registry.actors import Role
from registry.problems import NotThere
from registry.records import Job, Notice, Task, TaskKind
from storage import jobs, outbox
from storage.database import Database
from tests.support.world import (
    NOW,
    World,
)


def notice(world: World, cause: str = "decision", due_minutes: int = 0) -> Notice:
    due = NOW + timedelta(minutes=due_minutes)
    return Notice(
        cause, world.school.id, world.guardian.id, "notice.returned", due, {"submission": "1"}
    )


def test_a_notice_is_owed_once_and_picked_by_one_sender(db: Database, world: World) -> None:
    for _ in range(2):
        db.write_now(lambda unit: unit.owe(notice(world)))
    assert db.write_now(lambda unit: outbox.pick(unit, NOW - timedelta(seconds=1))) == ()
    (picked,) = db.write_now(lambda unit: outbox.pick(unit, NOW))
    assert (picked.notice, picked.tries) == (notice(world), 1)
    assert db.write_now(lambda unit: outbox.pick(unit, NOW)) == ()


def test_a_lost_lease_settles_nothing(db: Database, world: World) -> None:
    db.write_now(lambda unit: unit.owe(notice(world)))
    (lost,) = db.write_now(lambda unit: outbox.pick(unit, NOW))
    (taken,) = db.write_now(lambda unit: outbox.pick(unit, NOW + outbox.LEASE))
    assert taken.tries == 2
    assert db.write_now(lambda unit: outbox.mark_sent(unit, lost)) is False
    db.write_now(lambda unit: outbox.add_attempt(unit, taken, "telegram", "sent", NOW))
    assert db.write_now(lambda unit: outbox.mark_sent(unit, taken)) is True
    assert db.read_now(outbox.next_due) is None
    tried = db.read_now(lambda unit: outbox.attempts(unit, taken.id))
    assert tried == (outbox.Attempt("telegram", NOW, "sent"),)


def test_a_notice_put_back_waits_for_its_new_time(db: Database, world: World) -> None:
    later = NOW + timedelta(minutes=3)
    db.write_now(lambda unit: unit.owe(notice(world)))
    (picked,) = db.write_now(lambda unit: outbox.pick(unit, NOW))
    assert db.write_now(lambda unit: outbox.put_back(unit, picked, later)) is True
    assert db.read_now(outbox.next_due) == later
    assert len(db.write_now(lambda unit: outbox.pick(unit, later))) == 1


def test_a_withdrawn_notice_is_not_owed(db: Database, world: World) -> None:
    db.write_now(lambda unit: unit.owe(notice(world)))
    db.write_now(lambda unit: unit.owe(notice(world, "other", 5)))
    db.write_now(lambda unit: unit.withdraw_notices("decision"))
    picked = db.write_now(lambda unit: outbox.pick(unit, NOW + timedelta(hours=1)))
    assert [one.notice.cause for one in picked] == ["other"]


def job(world: World, key: str = "effect:1") -> Job:
    return Job(key, world.school.id, "apply_effect", NOW, {"submission": "1"})


def test_a_job_runs_once_and_is_tried_again_after_a_failure(db: Database, world: World) -> None:
    db.write_now(lambda unit: unit.schedule(job(world)))
    (picked,) = db.write_now(lambda unit: jobs.pick(unit, NOW))
    assert (picked.job, picked.tries) == (job(world), 1)
    assert db.write_now(lambda unit: jobs.fail(unit, picked, "effect.failed", NOW)) is True
    assert db.read_now(jobs.next_due) == NOW + timedelta(minutes=1)
    (again,) = db.write_now(lambda unit: jobs.pick(unit, NOW + timedelta(minutes=1)))
    assert db.write_now(lambda unit: jobs.finish(unit, again)) is True
    assert db.read_now(jobs.next_due) is None


def test_a_job_that_always_fails_is_given_up_and_named(db: Database, world: World) -> None:
    db.write_now(lambda unit: unit.schedule(job(world)))
    now = NOW
    for _ in range(jobs.MAX_TRIES):
        now += timedelta(hours=2)
        (picked,) = db.write_now(lambda unit, now=now: jobs.pick(unit, now))
        db.write_now(lambda unit, now=now, one=picked: jobs.fail(unit, one, "x.y", now))
    assert [one.key for one in db.read_now(jobs.dead)] == ["effect:1"]


def test_a_job_scheduled_anew_outlives_the_run_before(db: Database, world: World) -> None:
    db.write_now(lambda unit: unit.schedule(job(world)))
    (picked,) = db.write_now(lambda unit: jobs.pick(unit, NOW))
    db.write_now(lambda unit: unit.schedule(job(world)))
    assert db.write_now(lambda unit: jobs.finish(unit, picked)) is False
    db.write_now(lambda unit: unit.cancel_job("effect:1"))
    assert db.write_now(lambda unit: jobs.pick(unit, NOW)) == ()


def test_a_task_is_one_until_it_is_done(db: Database, world: World) -> None:
    task = Task(
        "help:1", world.school.id, world.school_class.id, Role.class_teacher, TaskKind.help,
        world.student.id, world.guardian.id, "task.help", NOW, {"path": "child/full_name"},
    )  # fmt: skip
    db.write_now(lambda unit: unit.add_task(task))
    db.write_now(lambda unit: unit.add_task(replace(task, at=NOW + timedelta(days=1))))
    close = (world.school.id, task.key, world.teacher.id, NOW)
    db.write_now(lambda unit: unit.close_task(*close))
    with pytest.raises(NotThere):
        db.write_now(lambda unit: unit.close_task(*close))
    db.write_now(lambda unit: unit.add_task(task))
    db.write_now(lambda unit: unit.close_task(*close))
