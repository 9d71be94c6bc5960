"""Setting a school up: grades, classes, staff, roster; and stopping a person's access at once
(R11, R77, R145, T5).

Called by the set-up pages, `xueji init` and the demonstration school, which is made through
nothing else.
"""

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date, datetime

from registry.actors import STAFF, Actor, Grant, Link, Role, Scope
from registry.books import Books
from registry.cases import event, require
from registry.frozen import frozen
from registry.policy import Action, Target
from registry.problems import RuleError
from registry.records import Event
from registry.schools import Grade, School, SchoolClass, Settings, Stage
from registry.settings import settings_problems
from registry.students import Status, Student


@frozen
class RosterRow:
    """One child of the roster, already read and checked."""

    class_id: str
    full_name: str
    phone: str = ""

    def __repr__(self) -> str:
        """No name in a log."""
        return f"RosterRow({self.class_id!r})"


def found_school(
    books: Books, name: str, telephone: str, registrar_name: str, now: datetime
) -> tuple[School, Actor]:
    """A new school and its first registrar. Called by `init` and `demo` only."""
    school = School(books.new_id(), name, telephone)
    books.save_school(school)
    registrar = _staff(
        books, school.id, registrar_name, Role.registrar, Scope.school, school.id, now.date()
    )
    books.record(
        Event(
            "access.staff.invited",
            school.id,
            None,
            now,
            {"person": registrar.id, "role": "registrar"},
        )
    )
    return school, registrar


def change_settings(books: Books, actor: Actor, settings: Settings, now: datetime) -> School:
    """The school decides (U1–U14). Raises: RuleError `settings.…` for what cannot stand (K6)."""
    school = books.load_school(actor.school_id)
    require(actor, Action.setup_school, Target(school.id), now)
    for problem in settings_problems(settings):
        raise RuleError(problem.code, problem.params)
    changed = replace(school, settings=settings)
    books.save_school(changed)
    for name in (setting.name for setting in fields(Settings)):
        if getattr(settings, name) != getattr(school.settings, name):
            books.record(event("school.settings.changed", actor, now, setting=name))
    return changed


def rename_school(books: Books, actor: Actor, name: str, telephone: str, now: datetime) -> School:
    """Name and telephone, shown on every page of the family."""
    school = books.load_school(actor.school_id)
    require(actor, Action.setup_school, Target(school.id), now)
    changed = replace(school, name=name, telephone=telephone)
    books.save_school(changed)
    books.record(event("school.settings.changed", actor, now, setting="name"))
    return changed


def add_grade(
    books: Books, actor: Actor, stage: Stage, number: int, entry_year: int, now: datetime
) -> Grade:
    """A cohort. An entry grade begins at its own number (R143)."""
    require(actor, Action.setup_classes, Target(actor.school_id), now)
    grade = Grade(books.new_id(), actor.school_id, stage, number, entry_year, entry_number=number)
    books.add_grade(grade)
    books.record(event("school.classes.changed", actor, now, count=1))
    return grade


def add_classes(
    books: Books, actor: Actor, grade_id: str, numbers: Sequence[int], now: datetime
) -> tuple[SchoolClass, ...]:
    """Classes of a grade by number, 1–99 (R200)."""
    require(actor, Action.setup_classes, Target(actor.school_id), now)
    grade = books.load_grade(actor.school_id, grade_id)
    if any(not 1 <= number <= 99 for number in numbers):
        raise RuleError("setup.class_number")
    classes = tuple(
        SchoolClass(books.new_id(), actor.school_id, grade.id, number) for number in numbers
    )
    for school_class in classes:
        books.add_class(school_class)
    books.record(event("school.classes.changed", actor, now, count=len(classes)))
    return classes


def add_staff(
    books: Books, actor: Actor, name: str, role: Role, place_id: str, now: datetime
) -> Actor:
    """A member of staff with one role. A class teacher's place is his class; others reach the
    school.

    The committee reaches the school too; its members are barred from their own child's case (K1).
    """
    require(actor, Action.setup_staff, Target(actor.school_id), now)
    if role not in STAFF:
        raise RuleError("setup.role_unknown")
    scope = Scope.school_class if role is Role.class_teacher else Scope.school
    place = place_id if scope is Scope.school_class else actor.school_id
    person = _staff(books, actor.school_id, name, role, scope, place, now.date())
    if scope is Scope.school_class:
        school_class = books.load_class(actor.school_id, place_id)
        books.save_class(replace(school_class, teacher_id=person.id))
    books.record(event("access.staff.invited", actor, now, person=person.id, role=role))
    return person


def grant_family(books: Books, person: Actor, student_id: str, link: Link, now: datetime) -> None:
    """A member of staff who is also a parent: a tie and a family grant beside the office."""
    books.load_student(person.school_id, student_id)
    if not person.has_role(Role.guardian, now.date()):
        books.add_grant(person.id, Grant(Role.guardian, Scope.own, person.id, now.date()))
    books.add_link(person.id, link)


def add_roster(
    books: Books, actor: Actor, rows: Sequence[RosterRow], now: datetime
) -> tuple[Student, ...]:
    """Expected children, on no roll yet (R195)."""
    require(actor, Action.setup_roster, Target(actor.school_id), now)
    students = tuple(_expected(books, actor.school_id, row) for row in rows)
    for student in students:
        books.add_student(student)
        ids = {"student": student.id, "class": student.class_id}
        books.record(Event("register.student.added", actor.school_id, actor.id, now, ids))
    books.record(event("school.roster.added", actor, now, count=len(students)))
    return students


def stop_person(books: Books, actor: Actor, person_id: str, now: datetime) -> None:
    """End a person's access in one step: sessions end, cases in hand return to the queue (T5,
    R57).

    Raises: RuleError `setup.stop_yourself`; NotThere.
    """
    require(actor, Action.person_stop, Target(actor.school_id), now)
    if person_id == actor.id:
        raise RuleError("setup.stop_yourself")
    person = books.load_actor(actor.school_id, person_id)
    books.set_active(person.id, is_active=False)
    books.end_sessions(person.id)
    books.release_leases(person.id)
    books.record(event("access.person.stopped", actor, now, person=person.id))


def _staff(
    books: Books, school_id: str, name: str, role: Role, scope: Scope, place_id: str, since: date
) -> Actor:
    person_id = books.new_id()
    person = Actor(person_id, school_id, grants=(Grant(role, scope, place_id, since),))
    books.add_actor(person, name)
    return person


def _expected(books: Books, school_id: str, row: RosterRow) -> Student:
    school_class = books.load_class(school_id, row.class_id)
    fields = {"full_name": row.full_name, "phone": row.phone}
    return Student(
        id=books.new_id(),
        school_id=school_id,
        grade_id=school_class.grade_id,
        class_id=school_class.id,
        status=Status.expected,
        fields={code: text for code, text in fields.items() if text},
    )
