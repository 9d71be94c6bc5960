"""A school's calendar comes back as it was marked, on both databases, and is its own."""

from datetime import date

from registry.schools import School
from registry.working_days import Calendar, DayKind
from storage.database import Database
from storage.unit import Unit
from tests.support.world import NOW, World

NEW_YEAR, SATURDAY, MONDAY = date(2026, 1, 1), date(2026, 2, 14), date(2026, 3, 2)


def calendar(db: Database, school_id: str) -> Calendar:
    return db.read_now(lambda unit: unit.load_calendar(school_id))


def test_a_school_that_has_said_nothing_has_an_empty_calendar(db: Database, world: World) -> None:
    assert calendar(db, world.school.id) == Calendar({}, frozenset())


def test_days_are_marked_again_and_unmarked(db: Database, world: World) -> None:
    def mark(unit: Unit) -> None:
        unit.mark_day(world.school.id, NEW_YEAR, DayKind.holiday)
        unit.mark_day(world.school.id, SATURDAY, DayKind.holiday)
        unit.mark_day(world.school.id, SATURDAY, DayKind.make_up)
        unit.mark_day(world.school.id, MONDAY, DayKind.holiday)
        unit.mark_day(world.school.id, MONDAY, None)

    db.write_now(mark)
    kinds = {NEW_YEAR: DayKind.holiday, SATURDAY: DayKind.make_up}
    assert calendar(db, world.school.id).kinds == kinds


def test_filling_a_year_replaces_that_year_only(db: Database, world: World) -> None:
    eve, after = date(2025, 12, 31), date(2027, 1, 1)

    def fill(unit: Unit) -> None:
        for day in (eve, MONDAY, after):
            unit.mark_day(world.school.id, day, DayKind.holiday)
        unit.fill_year(world.school.id, 2026, {SATURDAY: DayKind.make_up})

    db.write_now(fill)
    assert set(calendar(db, world.school.id).kinds) == {eve, SATURDAY, after}


def test_a_year_is_published_once_and_withdrawn_once(db: Database, world: World) -> None:
    school = world.school.id

    def publish(unit: Unit) -> bool:
        return unit.publish_year(school, 2026, world.registrar.id, NOW)

    assert [db.write_now(publish), db.write_now(publish)] == [True, False]
    assert calendar(db, school).published == {2026}
    found = [db.write_now(lambda unit: unit.withdraw_year(school, 2026)) for _ in range(2)]
    assert found == [True, False]
    assert calendar(db, school).published == frozenset()


def test_another_schools_calendar_is_not_touched(db: Database, world: World) -> None:
    def fill(unit: Unit) -> str:
        other = School(unit.new_id(), "另一所学校", "010-12345678")
        unit.save_school(other)
        unit.mark_day(other.id, NEW_YEAR, DayKind.holiday)
        unit.publish_year(other.id, 2026, None, NOW)
        unit.fill_year(world.school.id, 2026, {})
        unit.withdraw_year(world.school.id, 2026)
        return other.id

    other = db.write_now(fill)
    assert calendar(db, other) == Calendar({NEW_YEAR: DayKind.holiday}, frozenset({2026}))
    assert calendar(db, world.school.id) == Calendar({}, frozenset())
