"""From class to class: the history of a child's classes, and what goes with him."""

from typing import Final

from sqlalchemy import bindparam, insert, select, update

from registry.records import ClaimState
from registry.students import ClassChange, Student
from storage import tables as t
from storage.reader import AnyRow, Reader, Writing

_OF_CHILD: Final = (
    select(t.class_change)
    .where(
        t.class_change.c.student_id == bindparam("student_id"),
        t.class_change.c.school_id == bindparam("school_id"),
    )
    .order_by(t.class_change.c.on, t.class_change.c.recorded_at)
)
_CASES: Final = update(t.submission).where(
    t.submission.c.student_id == bindparam("of_student"),
    t.submission.c.school_id == bindparam("of_school"),
)
_TASKS: Final = update(t.task).where(
    t.task.c.student_id == bindparam("of_student"),
    t.task.c.school_id == bindparam("of_school"),
    t.task.c.done_at.is_(None),
)
_CLAIMS: Final = update(t.claim).where(
    t.claim.c.student_id == bindparam("of_student"),
    t.claim.c.school_id == bindparam("of_school"),
    t.claim.c.state == ClaimState.open.value,
)


class ClassBooks(Writing):
    """Part of the unit of work."""

    __slots__ = ()

    def add_class_change(self, change: ClassChange) -> None:
        self.run(
            insert(t.class_change),
            {
                "id": change.id,
                "school_id": change.school_id,
                "student_id": change.student_id,
                "was": change.was,
                "becomes": change.becomes,
                "on": change.on,
                "reason": change.reason,
                "submission_id": change.submission_id,
                "recorded_by": change.recorded_by,
                "recorded_at": change.recorded_at,
                "note": self.seal_text("class_change", change.id, "note", change.note),
            },
        )

    def class_changes(self, school_id: str, student_id: str) -> tuple[ClassChange, ...]:
        return class_changes(self, school_id, student_id)

    def follow_child(self, student: Student) -> None:
        key = {"of_student": student.id, "of_school": student.school_id}
        place = {"class_id": student.class_id}
        self.run(_CASES, {**key, **place, "grade_id": student.grade_id})
        self.run(_TASKS, {**key, **place})
        self.run(_CLAIMS, {**key, **place})


def class_changes(reader: Reader, school_id: str, student_id: str) -> tuple[ClassChange, ...]:
    """Oldest first. The page asked the policy before."""
    rows = reader.every(_OF_CHILD, {"school_id": school_id, "student_id": student_id})
    return tuple(_change(reader, row) for row in rows)


def _change(reader: Reader, row: AnyRow) -> ClassChange:
    return ClassChange(
        row.id,
        row.school_id,
        row.student_id,
        row.was,
        row.becomes,
        row.on,
        row.reason,
        row.submission_id,
        row.recorded_by,
        row.recorded_at,
        reader.open_text("class_change", row.id, "note", row.note),
    )
