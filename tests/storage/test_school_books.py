"""The school and its people come back as they were put in."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from registry.actors import Grant, Link, Relation, Role, Scope
from registry.problems import NotThere
from registry.schools import Grade, SchoolClass, Settings, Stage
from storage import people_books, school_books
from storage.database import Database
from storage.unit import Unit
from tests.support.world import (
    SINCE,
    TODAY,
    World,
    refusal,
)


def test_a_school_comes_back_with_its_settings(db: Database, world: World) -> None:
    changed = replace(
        world.school,
        settings=Settings(committee_helps=True, undo_minutes=0, collection_until=SINCE),
    )
    db.write_now(lambda unit: unit.save_school(changed))
    assert db.read_now(lambda unit: unit.load_school(world.school.id)) == changed
    assert db.read_now(school_books.schools) == (changed,)


def test_grades_and_classes_come_back_in_order(db: Database, world: World) -> None:
    def add(unit: Unit) -> tuple[Grade, SchoolClass]:
        grade = Grade(unit.new_id(), world.school.id, Stage.primary, 2, 2025, 1)
        other = SchoolClass(unit.new_id(), world.school.id, grade.id, 1)
        unit.add_grade(grade)
        unit.add_class(other)
        return grade, other

    grade, other = db.write_now(add)
    school_id = world.school.id
    assert db.read_now(lambda unit: school_books.grades(unit, school_id)) == (world.grade, grade)
    classes = db.read_now(lambda unit: school_books.classes(unit, school_id))
    assert classes == (world.school_class, other)


def test_a_class_number_is_given_once_in_a_grade(db: Database, world: World) -> None:
    again = replace(world.school_class, id="0" * 32)
    assert refusal(db, lambda unit: unit.add_class(again)) == "setup.class_exists"


def test_a_person_comes_back_with_grants_links_and_name(db: Database, world: World) -> None:
    second = Grant(Role.committee, Scope.school, world.school.id, SINCE, TODAY)
    db.write_now(lambda unit: unit.add_grant(world.guardian.id, second))
    found = db.read_now(lambda unit: unit.load_actor(world.school.id, world.guardian.id))
    assert found == replace(world.guardian, grants=(*world.guardian.grants, second))
    named = db.read_now(
        lambda unit: people_books.names(unit, world.school.id, [world.teacher.id, "missing"])
    )
    assert named == {world.teacher.id: "张class_teacher"}


def test_a_link_said_again_is_corrected_not_doubled(db: Database, world: World) -> None:
    father = Link(world.student.id, Relation.father, gets_notices=False)
    db.write_now(lambda unit: unit.add_link(world.guardian.id, father))
    found = db.read_now(lambda unit: unit.load_actor(world.school.id, world.guardian.id))
    assert found.links == (father,)


def test_stopped_people_are_no_family_and_have_no_grants(db: Database, world: World) -> None:
    def stop(unit: Unit) -> None:
        unit.set_active(world.guardian.id, False)
        unit.end_grants(world.guardian.id)

    family = (world.school.id, world.student.id)
    assert db.read_now(lambda unit: unit.linked_actors(*family)) == (world.guardian,)
    db.write_now(stop)
    assert db.read_now(lambda unit: unit.linked_actors(*family)) == ()
    found = db.read_now(lambda unit: unit.load_actor(world.school.id, world.guardian.id))
    assert (found.is_active, found.grants) == (False, ())


def test_who_signs_in_is_found_by_login_alone(db: Database, world: World) -> None:
    def set_up(unit: Unit) -> None:
        unit.set_password(world.registrar.id, "Zhang", "$argon2id$invented")

    db.write_now(set_up)
    found = db.read_now(lambda unit: people_books.find_login(unit, " zhang"))
    assert found == (world.registrar, "$argon2id$invented")
    assert db.read_now(lambda unit: people_books.find_login(unit, "zhan")) is None


@pytest.mark.parametrize(
    "load",
    [
        pytest.param(lambda unit, world: unit.load_grade("x", world.grade.id), id="grade"),
        pytest.param(lambda unit, world: unit.load_class("x", world.school_class.id), id="class"),
        pytest.param(lambda unit, world: unit.load_actor("x", world.teacher.id), id="actor"),
        pytest.param(lambda unit, world: unit.load_student("x", world.student.id), id="student"),
        pytest.param(lambda unit, world: unit.load_claim("x", "y"), id="claim"),
        pytest.param(lambda unit, world: unit.load_submission("x", "y"), id="submission"),
        pytest.param(lambda unit, world: unit.load_school("x"), id="school"),
        pytest.param(
            lambda unit, world: unit.load_student(world.school.id, "missing"), id="missing"
        ),
    ],
)
def test_another_schools_row_is_not_there(
    db: Database, world: World, load: Callable[[Unit, World], object]
) -> None:
    with pytest.raises(NotThere):
        db.read_now(lambda unit: load(unit, world))
