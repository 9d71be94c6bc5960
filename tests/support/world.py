"""An invented school with one class, its people and one child, put into the books."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import pytest

from conversations.draft import Answer, Draft
from registry.actors import Actor, Grant, Link, Relation, Role, Scope
from registry.problems import RuleError
from registry.records import Event
from registry.schools import Grade, School, SchoolClass, Stage
from registry.students import Status, Student
from registry.submissions import (
    Consent,
    Content,
    Evidence,
    Signature,
    State,
    Submission,
    Value,
)
from storage.database import Database
from storage.dialogue import add_draft
from storage.unit import Unit

NOW = datetime(2026, 9, 1, 8, 30, tzinfo=UTC)
TODAY = NOW.date()
SINCE = date(2026, 8, 1)


@dataclass(frozen=True, slots=True)
class World:
    """What was put in."""

    school: School
    grade: Grade
    school_class: SchoolClass
    registrar: Actor
    teacher: Actor
    committee: Actor
    guardian: Actor
    student: Student
    draft: Draft


def make_world(unit: Unit, number: int = 1) -> World:
    """`number` tells two worlds apart."""
    school = School(unit.new_id(), f"第{number}学校", "010-00000000")
    grade = Grade(unit.new_id(), school.id, Stage.primary, 1, 2026)
    school_class = SchoolClass(unit.new_id(), school.id, grade.id, number)
    unit.save_school(school)
    unit.add_grade(grade)
    registrar = add_person(unit, school, Role.registrar, Scope.school, school.id)
    teacher = add_person(unit, school, Role.class_teacher, Scope.school_class, school_class.id)
    committee = add_person(unit, school, Role.committee, Scope.school, school.id)
    school_class = replace(school_class, teacher_id=teacher.id)
    unit.add_class(school_class)
    student = make_student(unit, school_class)
    unit.add_student(student)
    guardian = add_person(unit, school, Role.guardian, Scope.own, "", student)
    draft = make_draft(unit, student, guardian)
    add_draft(unit, draft, NOW)
    return World(
        school, grade, school_class, registrar, teacher, committee, guardian, student, draft
    )


def add_person(
    unit: Unit,
    school: School,
    role: Role,
    scope: Scope,
    place_id: str,
    child: Student | None = None,
) -> Actor:
    links = (Link(child.id, Relation.mother),) if child else ()
    person = Actor(
        unit.new_id(),
        school.id,
        grants=(Grant(role, scope, place_id, SINCE),),
        links=links,
    )
    unit.add_actor(person, f"张{role}")
    return person


def make_student(unit: Unit, school_class: SchoolClass, **fields: str) -> Student:
    return Student(
        unit.new_id(),
        school_class.school_id,
        school_class.grade_id,
        school_class.id,
        Status.expected,
        {"full_name": "张小涵", **fields},
    )


def make_draft(unit: Unit, student: Student, guardian: Actor) -> Draft:
    return Draft(
        unit.new_id(),
        student.school_id,
        "new_student",
        "1",
        student.id,
        None,
        "2026",
        answers={"child/full_name": Answer("张小涵", guardian.id)},
        own={"mother/phone": {guardian.id: Answer("13800000000", guardian.id, insisted=True)}},
        later=frozenset({"child/household_page"}),
        seen=frozenset({"child/note"}),
    )


def make_submission(unit: Unit, world: World, number: int = 1) -> Submission:
    return Submission(
        id=unit.new_id(),
        school_id=world.school.id,
        grade_id=world.grade.id,
        class_id=world.school_class.id,
        student_id=world.student.id,
        draft_id=world.draft.id,
        number=number,
        form_id="new_student",
        form_version="1",
        route="new_student",
        effect="enrol",
        state=State.in_review,
        step=0,
        round=1,
        revision=0,
        submitted_by=world.guardian.id,
        submitted_at=NOW,
        waiting_since=NOW,
        committee_helps=True,
        content=make_content(world.guardian),
    )


def make_content(guardian: Actor) -> Content:
    return Content(
        values=(Value("child/full_name", "张小涵", "full_name", "孩子叫什么名字？"),),
        evidence=(Evidence("child/household_page", "household_register", "f" * 32),),
        consents=(Consent("statement", True, "1", "ab" * 32, guardian.id, NOW),),
        signature=Signature(guardian.id, Relation.mother, "张母", NOW, "cd" * 32),
        relation=Relation.mother,
        summary="孩子：张小涵",
    )


def refusal(db: Database, use: Callable[[Unit], object]) -> str:
    """The code with which a unit of work is refused."""
    with pytest.raises(RuleError) as refused:
        db.write_now(use)
    return refused.value.code


def record(unit: Unit, world: World) -> None:
    """An event of that school."""
    ids = {"draft": "1", "form": "x"}
    unit.record(Event("draft.form.opened", world.school.id, None, NOW, ids))
