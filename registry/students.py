"""A child of the school: expected from the roster or an accepted claim on, a register entry once
enrolled.
"""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum

from registry.frozen import frozen


class Status(StrEnum):
    """学籍状态. It moves only along STATUS_MOVES (R97, R98)."""

    expected = "expected"  # on no roll yet
    enrolled = "enrolled"
    suspended = "suspended"
    transferred_out = "transferred_out"
    graduated = "graduated"
    completed = "completed"
    left_early = "left_early"
    withdrawn = "withdrawn"
    cancelled = "cancelled"


STATUS_MOVES: Mapping[Status, frozenset[Status]] = {
    Status.expected: frozenset({Status.enrolled, Status.cancelled}),
    Status.enrolled: frozenset(
        {
            Status.suspended,
            Status.transferred_out,
            Status.graduated,
            Status.completed,
            Status.left_early,
            Status.withdrawn,
            Status.cancelled,
        }
    ),
    Status.suspended: frozenset({Status.enrolled, Status.withdrawn, Status.cancelled}),
    Status.transferred_out: frozenset(),
    Status.graduated: frozenset(),
    Status.completed: frozenset(),
    Status.left_early: frozenset(),
    Status.withdrawn: frozenset(),
    Status.cancelled: frozenset(),
}


@frozen
class Student:
    """One child. `fields` holds register field code → value and is sealed at rest."""

    id: str
    school_id: str
    grade_id: str
    class_id: str
    status: Status
    fields: Mapping[str, str]  # "full_name", "id_number" …; see registry.fields
    student_number: str | None = None  # 学号, 12 digits, opaque once allotted (R196, R206)
    revision: int = 0

    def __repr__(self) -> str:
        """Ids and status only: a child's data never reaches a log."""
        return f"Student({self.id!r}, {self.status})"


@frozen
class StatusChange:
    """One dated, reasoned step of a child's status, tied to what released it (R97, R186)."""

    id: str
    school_id: str
    student_id: str
    was: Status
    becomes: Status
    on: date
    reason: str  # code
    submission_id: str | None
    recorded_by: str
    recorded_at: datetime
    until: date | None = None  # the last day of a suspension (R41)


@frozen
class ClassChange:
    """One dated, reasoned step of a child from class to class (R105, R186)."""

    id: str
    school_id: str
    student_id: str
    was: str  # id of the class
    becomes: str
    on: date
    reason: str  # of `registry.placing.REASONS`, or the effect that brought him there
    submission_id: str | None
    recorded_by: str
    recorded_at: datetime
    note: str = ""

    def __repr__(self) -> str:
        """Ids only: the note is free text about a child."""
        return f"ClassChange({self.id!r}, {self.student_id!r})"
