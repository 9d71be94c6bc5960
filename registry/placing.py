"""Which class has room for a child, and moving him from one to another (调班).

Only within his grade: to skip or to repeat one is no matter of classes. His 学号 stays as it is;
his cases, tasks and claims go with him, so that the new class teacher has them at once. Called by
the child's page; `room` also by the return from a suspension.
Rule: R69, R72, R79, R105, R186, R206, R242, R243, K12, K19.
"""

from dataclasses import replace
from datetime import date, datetime

from registry.actors import Actor
from registry.books import Books
from registry.cases import event, require
from registry.frozen import frozen
from registry.legality import Sizes, becomes_big, circumstances, is_full
from registry.policy import Action, Target
from registry.problems import Conflict, NotThere, RuleError
from registry.records import Notice
from registry.schools import Grade, School, SchoolClass
from registry.students import ClassChange, Status, Student

REASONS = ("regrouped", "size", "asked", "mistake", "other")
"""Why a child changes his class, each `panel.moving.reason.<code>`."""
MOVABLE = frozenset({Status.expected, Status.enrolled})
"""A suspended child's class is decided when he returns."""


@frozen
class Room:
    """A class, and how it would stand with the child in it."""

    school_class: SchoolClass
    grade: Grade
    count: int  # with him
    is_full: bool  # an entry grade's class that may take nobody more
    is_big: bool  # a big class, where that only warns

    @property
    def id(self) -> str:
        """Of the class."""
        return self.school_class.id


@frozen
class Moving:
    """What the registrar wrote, with the revision of the child he saw."""

    student_id: str
    revision: int
    class_id: str
    reason: str
    on: date
    note: str = ""


def room(
    books: Books, school: School, place: SchoolClass, grade: Grade, student: Student, day: date
) -> Room:
    """That class on that day, with the child in it. Rule: R242, R243, K19."""
    others = books.class_size(place.id, student.id)
    known = circumstances(day, school.settings, grade, student, Sizes(others))
    return Room(place, grade, others + 1, is_full(known), becomes_big(known))


def rooms_beside(books: Books, student: Student, today: date) -> tuple[Room, ...]:
    """The other classes of his grade, by number."""
    school = books.load_school(student.school_id)
    grade = books.load_grade(student.school_id, student.grade_id)
    return tuple(
        room(books, school, one, grade, student, today)
        for one in books.every_class(student.school_id)
        if one.grade_id == grade.id and one.id != student.class_id
    )


def may_move(actor: Actor, student: Student, now: datetime) -> bool:
    """Whether this person may move this child: in reach, not his own, on the roll or expected."""
    try:
        _require_reach(actor, student, now)
    except NotThere:
        return False
    return student.status in MOVABLE


def move_child(books: Books, actor: Actor, moving: Moving, now: datetime) -> Student:
    """Put a child into another class of his grade, from that day on.

    Raises: NotThere, also for one's own child; Conflict `student.changed`; RuleError
    `placing.wrong_status`, `placing.class_unknown`, `placing.class_full`,
    `placing.reason_unknown`, `placing.note_missing`, `placing.day_wrong`.
    """
    student = books.load_student(actor.school_id, moving.student_id)
    _require_reach(actor, student, now)
    if student.revision != moving.revision:
        raise Conflict("student.changed")
    _require_possible(books, student, moving, now.date())
    moved = replace(student, class_id=moving.class_id)
    books.save_student(moved)
    change = ClassChange(
        id=books.new_id(),
        school_id=student.school_id,
        student_id=student.id,
        was=student.class_id,
        becomes=moving.class_id,
        on=moving.on,
        reason=moving.reason,
        submission_id=None,
        recorded_by=actor.id,
        recorded_at=now,
        note=moving.note,
    )
    books.add_class_change(change)
    books.follow_child(moved)
    ids = {"student": student.id, "was": change.was, "class": change.becomes}
    books.record(event("register.class.changed", actor, now, **ids, reason=change.reason))
    _tell_family(books, change, now)
    return replace(moved, revision=student.revision + 1)


def _require_reach(actor: Actor, student: Student, now: datetime) -> None:
    target = Target(student.school_id, student.grade_id, student.class_id, student.id)
    require(actor, Action.child_move, target, now)
    if actor.link_to(student.id) is not None:
        raise NotThere


def _require_possible(books: Books, student: Student, moving: Moving, today: date) -> None:
    if student.status not in MOVABLE:
        raise RuleError("placing.wrong_status")
    rooms = {one.id: one for one in rooms_beside(books, student, today)}
    wanted = rooms.get(moving.class_id)
    if wanted is None:
        raise RuleError("placing.class_unknown")
    if wanted.is_full:
        raise RuleError("placing.class_full")
    if moving.reason not in REASONS:
        raise RuleError("placing.reason_unknown")
    if moving.reason == "other" and not moving.note.strip():
        raise RuleError("placing.note_missing")
    _require_day(books, student, wanted, moving.on, today)


def _require_day(books: Books, student: Student, wanted: Room, on: date, today: date) -> None:
    """Not to come, not before his last change, nor before the year his grade began: a slip of
    the year would stand in his history for good.
    """
    made = books.class_changes(student.school_id, student.id)
    earliest = made[-1].on if made else date(wanted.grade.entry_year, 1, 1)
    if not earliest <= on <= today:
        raise RuleError("placing.day_wrong")


def _tell_family(books: Books, change: ClassChange, now: datetime) -> None:
    """To everybody who gets notices about the child; which class stands on the page itself."""
    for person in books.linked_actors(change.school_id, change.student_id):
        link = person.link_to(change.student_id)
        if link is not None and link.gets_notices:
            ids: dict[str, str | int] = {"student": change.student_id}
            books.owe(
                Notice(change.id, change.school_id, person.id, "notice.class_moved", now, ids)
            )
