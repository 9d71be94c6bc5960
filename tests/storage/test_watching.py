"""What clocks read, on both databases: rounds sent, decisions that stand, the day handed out."""

from dataclasses import replace
from datetime import date, timedelta

from registry.actors import Role
from registry.limits import Course
from registry.records import Task, TaskKind
from registry.submissions import Act, Decision, State, Submission
from storage.database import Database
from storage.queries.courses import Deed, courses
from storage.unit import Unit
from storage.watching import limit_tasks, watched
from tests.support.world import NOW, World, make_submission

DAY = timedelta(days=1)
HANDED = date(2026, 9, 3)


def add_case(unit: Unit, world: World) -> Submission:
    """Sent twice; returned at once, and one return undone."""
    case = make_submission(unit, world)
    unit.add_submission(case)
    unit.keep_round(case, case.content)
    for number, hours in ((1, 2), (2, 1)):
        unit.add_decision(
            Decision(
                id=unit.new_id(),
                submission_id=case.id,
                act=Act.return_,
                actor_id=world.teacher.id,
                role=Role.class_teacher,
                round=1,
                step=0,
                was=State.in_review,
                at=NOW + timedelta(hours=hours),
                settles_at=NOW + timedelta(hours=hours),
                undone_at=NOW + DAY if number == 2 else None,
            )
        )
    again = replace(case, round=2, submitted_at=NOW + 2 * DAY, outside_since=HANDED)
    unit.save_submission(again)
    unit.keep_round(again, again.content)
    return again


def test_a_case_tells_its_rounds_and_what_stands(db: Database, world: World) -> None:
    case = db.write_now(lambda unit: add_case(unit, world))
    deed = Deed(Act.return_, 0, 1, NOW + timedelta(hours=2))
    expected = Course((NOW, NOW + 2 * DAY), (deed,), HANDED)
    school = world.school.id
    assert db.read_now(lambda unit: courses(unit, school, [case.id])) == {case.id: expected}
    assert db.read_now(lambda unit: courses(unit, "another", [case.id])) == {}
    assert db.read_now(lambda unit: courses(unit, school, [])) == {}
    ((found, course),) = db.read_now(lambda unit: watched(unit, school))
    assert (found.id, found.round, course) == (case.id, 2, expected)


def test_a_case_that_is_through_is_not_watched(db: Database, world: World) -> None:
    def finish(unit: Unit) -> None:
        case = add_case(unit, world)
        stored = unit.load_submission(world.school.id, case.id)
        unit.save_submission(replace(stored, state=State.effective))

    db.write_now(finish)
    assert db.read_now(lambda unit: watched(unit, world.school.id)) == ()


def test_tasks_made_before_are_known_done_or_not(db: Database, world: World) -> None:
    def add(unit: Unit) -> None:
        for key, kind in (("a", TaskKind.limit), ("b", TaskKind.limit), ("c", TaskKind.help)):
            unit.add_task(
                Task(
                    key,
                    world.school.id,
                    world.school_class.id,
                    Role.registrar,
                    kind,
                    world.student.id,
                    None,
                    "panel.task.limit_near",
                    NOW,
                )
            )
        unit.close_task(world.school.id, "b", None, NOW)

    db.write_now(add)
    assert db.read_now(lambda unit: limit_tasks(unit, world.school.id)) == {"a": True, "b": False}
