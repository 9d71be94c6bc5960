"""What the daily watch reads: cases on their way, the tasks it made before, suspended children."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import bindparam, select

from registry.limits import Course
from registry.records import TaskKind
from registry.students import Status, Student
from registry.submissions import State
from registry.watching import Watched
from storage import tables as t
from storage.children_books import student_from
from storage.queries.courses import courses
from storage.reader import Reader

BATCH: Final = 500
"""Cases asked for in one statement."""

_ON_THEIR_WAY: Final = (State.in_review.value, State.awaiting_outside.value, State.returned.value)
_CASES: Final = (
    select(
        t.submission.c.id,
        t.submission.c.class_id,
        t.submission.c.student_id,
        t.submission.c.route,
        t.submission.c.step,
        t.submission.c.state,
        t.submission.c.round,
    )
    .where(
        t.submission.c.school_id == bindparam("of_school"),
        t.submission.c.state.in_(_ON_THEIR_WAY),
    )
    .order_by(t.submission.c.id)
)
_TASKS: Final = select(t.task.c.key, t.task.c.done_at).where(
    t.task.c.school_id == bindparam("of_school"), t.task.c.kind == TaskKind.limit.value
)

_SUSPENDED: Final = (
    select(t.student, t.submission.c.id.label("case_id"))
    .join(t.submission, t.submission.c.student_id == t.student.c.id)
    .where(
        t.student.c.school_id == bindparam("of_school"),
        t.student.c.status == Status.suspended.value,
        t.submission.c.effect.in_(("extend", "suspend")),
        t.submission.c.state == State.effective.value,
    )
    .order_by(t.submission.c.number)
)


def suspended(reader: Reader, school_id: str) -> tuple[tuple[str, Student], ...]:
    """Each suspended child with the case that last set its days."""
    rows = reader.every(_SUSPENDED, {"of_school": school_id})
    last = {row.id: row for row in rows}
    return tuple((row.case_id, student_from(reader, row)) for row in last.values())


def watched(reader: Reader, school_id: str) -> tuple[tuple[Watched, Course], ...]:
    """Every case of the school that may have a clock, with its course."""
    cases = [
        Watched(
            row.id,
            row.class_id,
            row.student_id,
            row.route,
            row.step,
            State(row.state),
            row.round,
        )
        for row in reader.every(_CASES, {"of_school": school_id})
    ]
    found: list[tuple[Watched, Course]] = []
    for first in range(0, len(cases), BATCH):
        some = cases[first : first + BATCH]
        known = courses(reader, school_id, [case.id for case in some])
        found += [(case, known[case.id]) for case in some if case.id in known]
    return tuple(found)


def limit_tasks(reader: Reader, school_id: str) -> Mapping[str, bool]:
    """Key → whether it is still to be done."""
    rows = reader.every(_TASKS, {"of_school": school_id})
    return {row.key: row.done_at is None for row in rows}
