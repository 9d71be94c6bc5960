"""What a use case leaves behind: events in the audit chain, notices owed, jobs due, tasks."""

import json
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from registry.actors import Role
from registry.problems import NotThere
from registry.records import Event, Job, Notice, Task, TaskKind
from storage import errands
from storage import tables as t
from storage.audit import append, ids_text
from storage.ids import new_id
from storage.reader import AnyRow, Reader, Writing

WAITING: Final = "waiting"  # a notice or a job that is due or will be

_OWE: Final = upsert(t.notice).on_conflict_do_nothing(index_elements=["cause", "actor_id"])
_WITHDRAW: Final = delete(t.notice).where(
    t.notice.c.cause == bindparam("of_cause"), t.notice.c.state == WAITING
)
_ADD_JOB = upsert(t.job)
_SCHEDULE: Final = _ADD_JOB.on_conflict_do_update(
    index_elements=["key"],
    set_={
        name: _ADD_JOB.excluded[name]
        for name in ("kind", "ids", "due", "state", "tries", "lease", "leased_until", "problem")
    },
)
_CANCEL: Final = delete(t.job).where(t.job.c.key == bindparam("of_key"))
_ADD_TASK = upsert(t.task)
_TASK: Final = _ADD_TASK.on_conflict_do_update(
    index_elements=["school_id", "key"],
    set_={
        "at": _ADD_TASK.excluded.at,
        "phrase": _ADD_TASK.excluded.phrase,
        "ids": _ADD_TASK.excluded.ids,
        "done_by": None,
        "done_at": None,
    },
    where=t.task.c.done_at.is_not(None),
)
_CLOSE_TASK: Final = update(t.task).where(
    t.task.c.school_id == bindparam("of_school"),
    t.task.c.key == bindparam("of_key"),
    t.task.c.done_at.is_(None),
)
_OPEN_TASK: Final = select(t.task).where(
    t.task.c.school_id == bindparam("of_school"),
    t.task.c.key == bindparam("of_key"),
    t.task.c.done_at.is_(None),
)
_CLOSED_TASK: Final = select(t.task.c.done_by, t.task.c.done_at).where(
    t.task.c.school_id == bindparam("of_school"),
    t.task.c.key == bindparam("of_key"),
    t.task.c.done_at.is_not(None),
)


def task_from(row: AnyRow) -> Task:
    """A task as the use cases know it."""
    return Task(
        row.key,
        row.school_id,
        row.class_id,
        Role(row.role),
        TaskKind(row.kind),
        row.student_id,
        row.actor_id,
        row.phrase,
        row.at,
        json.loads(row.ids),
    )


def closed_task(reader: Reader, school_id: str, key: str) -> tuple[str | None, datetime] | None:
    """Who closed it, the program being nobody, and when; None while it is open or was never."""
    row = reader.first(_CLOSED_TASK, {"of_school": school_id, "of_key": key})
    return None if row is None else (row.done_by, row.done_at)


class TraceBooks(Writing):
    """Part of the unit of work."""

    __slots__ = ()

    def record(self, event: Event) -> None:
        self.lock(event.school_id)
        append(self, event)

    def owe(self, notice: Notice) -> None:
        """A second one of the same cause to the same person changes nothing."""
        self.run(
            _OWE,
            {
                "id": new_id(),
                "school_id": notice.school_id,
                "cause": notice.cause,
                "actor_id": notice.actor_id,
                "phrase": notice.phrase,
                "ids": ids_text(notice.ids),
                "due": notice.due,
                "state": WAITING,
                "tries": 0,
            },
        )

    def withdraw_notices(self, cause: str) -> None:
        """What is not sent yet is not owed any more."""
        self.run(_WITHDRAW, {"of_cause": cause})

    def shut_errands(self, school_id: str, draft_id: str, at: datetime) -> int:
        """How many links of that draft opened something until now."""
        return errands.shut_errands(self, school_id, draft_id, at)

    def schedule(self, job: Job) -> None:
        """A job of the same key is replaced, whatever became of it."""
        self.run(
            _SCHEDULE,
            {
                "key": job.key,
                "school_id": job.school_id,
                "kind": job.kind,
                "ids": ids_text(job.ids),
                "due": job.due,
                "state": WAITING,
                "tries": 0,
                "lease": None,
                "leased_until": None,
                "problem": "",
            },
        )

    def cancel_job(self, key: str) -> None:
        self.run(_CANCEL, {"of_key": key})

    def add_task(self, task: Task) -> None:
        """An open task of the same key stays as it is; a done one is opened again."""
        self.run(
            _TASK,
            {
                "key": task.key,
                "school_id": task.school_id,
                "class_id": task.class_id,
                "role": task.role.value,
                "kind": task.kind.value,
                "student_id": task.student_id,
                "actor_id": task.actor_id,
                "phrase": task.phrase,
                "ids": ids_text(task.ids),
                "at": task.at,
                "done_by": None,
                "done_at": None,
            },
        )

    def load_task(self, school_id: str, key: str) -> Task:
        row = self.first(_OPEN_TASK, {"of_school": school_id, "of_key": key})
        if row is None:
            raise NotThere
        return task_from(row)

    def close_task(self, school_id: str, key: str, by: str | None, at: datetime) -> None:
        done = {"of_school": school_id, "of_key": key, "done_by": by, "done_at": at}
        if not self.run(_CLOSE_TASK, done):
            raise NotThere
