"""A school's table of county codes comes back as imported, on both databases, and is its own."""

from datetime import date, timedelta

from registry.regions import County, Regions, TableState, regions_of
from registry.schools import School
from storage.database import Database
from storage.unit import Unit
from tests.support.world import NOW, World

SUNNY = County("999901", "向阳县", None, date(2021, 3, 31))
WILLOW = County("999903", "柳树区", date(2000, 1, 1), date(2010, 12, 31))
NEW_WILLOW = County("999903", "新柳树区", date(2011, 1, 1))
ROWS = (SUNNY, WILLOW, NEW_WILLOW)
CODES = ("999901", "999903000000", "999904")


def loaded(db: Database, school_id: str) -> Regions | None:
    return db.read_now(lambda unit: unit.load_regions(school_id, CODES))


def state(db: Database, school_id: str) -> TableState | None:
    return db.read_now(lambda unit: unit.regions_state(school_id))


def test_a_school_without_a_table_has_none(db: Database, world: World) -> None:
    assert loaded(db, world.school.id) is None
    assert state(db, world.school.id) is None


def test_only_what_is_asked_for_is_read(db: Database, world: World) -> None:
    school = world.school.id
    db.write_now(lambda unit: unit.replace_regions(school, ROWS, NOW))
    assert loaded(db, school) == regions_of(ROWS)
    one = db.read_now(lambda unit: unit.load_regions(school, ["999901"]))
    assert one == regions_of([SUNNY])
    assert state(db, school) == TableState(3, date(2021, 3, 31), NOW)


def test_another_import_replaces_all_of_it(db: Database, world: World) -> None:
    school, later = world.school.id, NOW + timedelta(days=1)

    def twice(unit: Unit) -> None:
        unit.replace_regions(school, ROWS, NOW)
        unit.replace_regions(school, [County("999904", "青年区")], later)

    db.write_now(twice)
    assert loaded(db, school) == regions_of([County("999904", "青年区")])
    assert state(db, school) == TableState(1, None, later)


def test_a_table_is_removed_once_and_another_schools_stays(db: Database, world: World) -> None:
    def fill(unit: Unit) -> str:
        other = School(unit.new_id(), "另一所学校", "010-12345678")
        unit.save_school(other)
        unit.replace_regions(other.id, [SUNNY], NOW)
        unit.replace_regions(world.school.id, ROWS, NOW)
        return other.id

    other = db.write_now(fill)
    found = [db.write_now(lambda unit: unit.remove_regions(world.school.id)) for _ in range(2)]
    assert found == [True, False]
    assert loaded(db, world.school.id) is None
    assert loaded(db, other) == regions_of([SUNNY])
