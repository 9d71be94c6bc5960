"""Where a child who stayed away comes back to: proposed is the grade and class number he left,
which is the cohort of that day (垂直复学); the leader decides. His 学号 stays.

He may go into any class from the grade he left up to the grade his old class is in now, never
lower. Called by the case's page, by the desk and when a return takes effect.
Rule: R93, R94, R99, R206, R242, R243, K12, K19.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from registry.books import Books
from registry.cases import last_decision, route_of, standing
from registry.effects import EFFECTS, day_of
from registry.occasions import school_year
from registry.placing import Room, room
from registry.problems import RuleError
from registry.records import Event
from registry.schools import Grade, SchoolClass, Stage
from registry.students import ClassChange, Student
from registry.submissions import Decision, State, Submission

_LAST: Mapping[Stage, int] = {Stage.primary: 6, Stage.junior: 9, Stage.senior: 12}
"""The last grade of a stage: who is beyond it has left the school."""


def years_away(student: Student, today: date) -> int:
    """School years begun since the child left."""
    since = day_of(student.fields, "suspended_from")
    return 0 if since is None else school_year(today) - school_year(since)


def day_of_return(case: Submission, today: date) -> date:
    """The day on which he wants to come back, never a day that is over."""
    wanted = day_of(case.content.codes(), "return_on")
    return today if wanted is None else max(wanted, today)


def class_of_return(books: Books, student: Student, today: date) -> SchoolClass:
    """The class of the same number in the cohort that is then where the child was; his own where
    no school year passed or that cohort has no such class.
    """
    own = books.load_class(student.school_id, student.class_id)
    years = years_away(student, today)
    if years <= 0:
        return own
    grade = books.load_grade(student.school_id, student.grade_id)
    found = books.class_of(student.school_id, grade.stage, grade.entry_year + years, own.number)
    return found or own


def rooms_of_return(
    books: Books, student: Student, case: Submission, today: date
) -> tuple[Room, ...]:
    """Every class he may come back to, as it stands on the day of his return, by grade and
    number. Grades are called as they will be on that day.
    """
    school = books.load_school(student.school_id)
    own = books.load_grade(student.school_id, student.grade_id)
    day = day_of_return(case, today)
    latest = own.entry_year + max(0, years_away(student, day))
    grades = {
        grade.id: _on(grade, today, day)
        for grade in books.every_grade(student.school_id)
        if grade.stage is own.stage and own.entry_year <= grade.entry_year <= latest
    }
    found = (
        room(books, school, one, grades[one.grade_id], student, day)
        for one in books.every_class(student.school_id)
        if one.grade_id in grades and grades[one.grade_id].number <= _LAST[own.stage]
    )
    return tuple(sorted(found, key=lambda one: (one.grade.number, one.school_class.number)))


def open_rooms(rooms: tuple[Room, ...], proposed: str) -> frozenset[str]:
    """Ids of those that can be chosen: not a full one. Where all are full, the proposed one
    stays open: a child who comes back is never left without a class.
    """
    return frozenset(one.id for one in rooms if not one.is_full) or frozenset({proposed})


def decides_class(case: Submission) -> bool:
    """Whether the step at which the case stands is the one that decides the class: the leader's,
    else the last of the school's own. Rule: R99, K12.
    """
    return (
        case.state is State.in_review
        and EFFECTS[case.effect].is_vertical
        and not any(step.is_inside for step in route_of(case).steps[case.step + 1 :])
    )


def require_open(books: Books, case: Submission, class_id: str, now: datetime) -> None:
    """That class may be approved at this step; "" = the proposed one.

    Raises: RuleError `review.not_possible`, `placing.class_unknown`, `placing.class_full`.
    """
    if not decides_class(case):
        if class_id:
            raise RuleError("review.not_possible")
        return
    student = books.load_student(case.school_id, case.student_id)
    rooms = rooms_of_return(books, student, case, now.date())
    proposed = class_of_return(books, student, day_of_return(case, now.date())).id
    wanted = class_id or proposed
    if wanted not in {one.id for one in rooms} | {proposed}:
        raise RuleError("placing.class_unknown")
    if wanted not in open_rooms(rooms, proposed):
        raise RuleError("placing.class_full")


def choice(made: tuple[Decision, ...]) -> Decision | None:
    """The decision that says to which class he returns; the last one counts."""
    return next((one for one in reversed(made) if one.class_id and one.undone_at is None), None)


def place_of_return(
    books: Books, case: Submission, student: Student, now: datetime
) -> SchoolClass:
    """As decided; as proposed where nobody decided. Rule: K12."""
    chosen = choice(standing(books, case))
    if chosen is not None:
        return books.load_class(case.school_id, chosen.class_id)
    return class_of_return(books, student, day_of_return(case, now.date()))


def is_unsettled(
    books: Books, case: Submission, before: Student, entered: Student, now: datetime
) -> bool:
    """Whether the registrar has to look at the class: nobody chose it and the cohort moved on, or
    it has become full meanwhile. Rule: R242, K12.
    """
    day = day_of_return(case, now.date())
    if choice(standing(books, case)) is None and years_away(before, day) > 0:
        return True
    school = books.load_school(case.school_id)
    place = books.load_class(case.school_id, entered.class_id)
    grade = books.load_grade(case.school_id, entered.grade_id)
    return room(books, school, place, grade, entered, now.date()).is_full


def follow(
    books: Books, case: Submission, before: Student, entered: Student, now: datetime
) -> None:
    """He came back into another class: dated, and all that is his goes with him. Rule: R186."""
    last = last_decision(books, case)
    change = ClassChange(
        id=books.new_id(),
        school_id=case.school_id,
        student_id=entered.id,
        was=before.class_id,
        becomes=entered.class_id,
        on=now.date(),
        reason=case.effect,
        submission_id=case.id,
        recorded_by=last.actor_id if last else case.submitted_by,
        recorded_at=now,
    )
    books.add_class_change(change)
    books.follow_child(entered)
    ids: dict[str, str | int] = {"student": entered.id, "was": change.was}
    ids |= {"class": change.becomes, "reason": change.reason}
    books.record(Event("register.class.changed", case.school_id, None, now, ids))


def _on(grade: Grade, today: date, day: date) -> Grade:
    """As it is called on that day; one that has not begun yet is called so already."""
    since = max(school_year(today), grade.entry_year)
    return replace(grade, number=grade.number + max(0, school_year(day) - since))
